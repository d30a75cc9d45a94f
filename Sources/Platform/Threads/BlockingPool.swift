// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Threads for blocking calls: fsync, decoders, transfers, anything that waits in the kernel or in C.
///
/// Threads start when work comes, up to a bound; more work waits in order. A thread without work for a while ends, so
/// that an idle process keeps none.
public final class BlockingPool: Sendable {
    /// The one of this process.
    public static let shared = BlockingPool(threads: 16)

    private let bound: Int
    private let idleLimit: Duration
    private let state = Monitor(State())

    private struct State: Sendable {
        /// Work that no thread has taken, oldest first. It is taken from index `next` on, so that taking is O(1).
        var queue: [Work] = []
        var next = 0
        /// Alive or being started.
        var threads = 0
        /// Of those, asleep.
        var idle = 0

        var waiting: Int { queue.count - next }

        mutating func take() -> Work? {
            guard next < queue.count else { return nil }
            let work = queue[next]
            next += 1
            if next == queue.count {
                queue.removeAll(keepingCapacity: queue.capacity <= 64)
                next = 0
            } else if next >= 1024 {
                queue.removeFirst(next)
                next = 0
            }
            return work
        }
    }

    private struct Work: Sendable {
        let run: @Sendable () -> Void
        /// Called instead of `run` when no thread can be had.
        let fail: @Sendable (Failure) -> Void
    }

    /// - Parameters:
    ///   - threads: the most that run at once.
    ///   - idleLimit: how long a thread waits for work before it ends.
    public init(threads: Int, idleLimit: Duration = .seconds(5)) {
        precondition(threads > 0)
        bound = threads
        self.idleLimit = idleLimit
    }

    /// Work that waits for a thread.
    public var waiting: Int { state.withLock { $0.waiting } }

    /// Threads alive now: what an idle process costs.
    public var threads: Int { state.withLock { $0.threads } }

    /// Runs `work` on a thread of the pool and returns its result. Work begins in the order of the calls.
    ///
    /// Work always runs to its end: cancellation does not interrupt C. Work that can be stopped early checks for that
    /// itself.
    /// - Throws: what `work` throws; `system.limit` when no thread can be had.
    public func run<T: Sendable>(_ work: @escaping @Sendable () throws(Failure) -> T) async throws(Failure) -> T {
        let outcome: Result<T, Failure> = await withCheckedContinuation { continuation in
            add(
                Work(
                    run: { continuation.resume(returning: Result(catching: work)) },
                    fail: { continuation.resume(returning: .failure($0)) }))
        }
        return try outcome.get()
    }

    private func add(_ work: Work) {
        let mustStart = state.withLock { state in
            let mustStart = state.idle <= state.waiting && state.threads < bound
            if mustStart { state.threads += 1 }
            state.queue.append(work)
            return mustStart
        }
        guard mustStart else { return state.signal() }
        do throws(Failure) {
            try OwnThread.start(name: "blocking") { self.serve() }
        } catch {
            // Waiting work goes on waiting for the existing threads. Without any thread it would wait for ever.
            let stranded = state.withLock { state in
                state.threads -= 1
                var stranded: [Work] = []
                while state.threads == 0, let next = state.take() { stranded.append(next) }
                return stranded
            }
            state.signal()
            for work in stranded { work.fail(error) }
        }
    }

    /// Finished work is released before the thread waits for more, and so is what it captured, such as a lock.
    private func serve() {
        while serveOnce() {}
    }

    private func serveOnce() -> Bool {
        guard let work = next() else { return false }
        work.run()
        return true
    }

    /// The next work of the calling thread; `nil`: the thread must end, and no longer counts.
    private func next() -> Work? {
        let atOnce = state.withLock { state in
            let work = state.take()
            if work == nil { state.idle += 1 }
            return work
        }
        if let atOnce { return atOnce }
        let later: Next = state.wait(atMost: idleLimit) { state in
            guard let work = state.take() else { return nil }
            state.idle -= 1
            return .work(work)
        } expired: { state in
            state.idle -= 1
            state.threads -= 1
            return .end
        }
        switch later {
        case .work(let work): return work
        case .end: return nil
        }
    }

    private enum Next {
        case work(Work)
        case end
    }
}
