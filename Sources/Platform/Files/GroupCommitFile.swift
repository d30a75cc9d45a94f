// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// A file that is only appended to, durably, with group commit: bytes that arrive while an fdatasync runs are gathered,
/// and written with the next in one write. A thread of its own writes.
///
/// On a full disk it waits: the bytes stay in memory, callers go on waiting, and writing continues exactly where it
/// stopped once there is room. Until then the file may end in an unfinished line, which a reader sets aside. Any other
/// failed write and any failed sync is final, since the kernel may have dropped the pages: from then on nothing is
/// acknowledged.
public final class GroupCommitFile: Sendable {
    private let path: FilePath
    private let codes: Codes
    private let calls: FileCalls
    private let retryEvery: Duration
    private let onTrouble: @Sendable (Failure?) -> Void
    private let state: Monitor<State>

    /// The codes of its failures.
    public struct Codes: Sendable {
        /// There is no room on the disk; writing continues by itself once there is.
        let full: FailureCode
        /// Nothing is written any more.
        let write: FailureCode

        package init(full: FailureCode, write: FailureCode) {
            self.full = full
            self.write = write
        }
    }

    /// Counts of what was written so far.
    public struct Statistics: Hashable, Sendable {
        /// Writes that were made durable together.
        public var batches: UInt64 = 0
        public var bytes: UInt64 = 0
        public var lastSync: Duration = .zero
    }

    private struct State: Sendable {
        var pending: [UInt8] = []
        /// The number of the last thing appended, and of the last that is on the disk.
        var appended: UInt64
        var durable: UInt64
        /// Where the file ends with all that was appended, and with what is on the disk.
        var end: Int64
        var durableEnd: Int64
        var succession: Succession?
        var waiters: [UInt64: Waiter] = [:]
        var waiterNumber: UInt64 = 0
        var trouble: Failure?
        /// Final: nothing is written any more.
        var failure: Failure?
        var closing = false
        var ended = false
        var closers: [CheckedContinuation<Void, Never>] = []
        var statistics = Statistics()
        var lock: FileLock?

        /// Takes out the waiters that `condition` picks, to be resumed outside the lock.
        mutating func take(where condition: (Waiter) -> Bool) -> [Waiter] {
            let taken = waiters.filter { condition($0.value) }
            for number in taken.keys { waiters[number] = nil }
            return Array(taken.values)
        }
    }

    /// A file that is to replace this one.
    private struct Succession: Sendable {
        var mark: Int64
        var begin: Successor
        var continuation: CheckedContinuation<Result<Void, Failure>, Never>
    }

    private struct Waiter: Sendable {
        var number: UInt64
        var isCancelled: Bool
        var continuation: CheckedContinuation<Result<Void, Failure>, Never>
    }

    /// Starts the writing thread.
    /// - Parameters:
    ///   - descriptor: open for appending (O_APPEND); closed by this object when it ends, and when this throws.
    ///   - last: the number of the last thing the file holds, durably.
    ///   - codes: the codes of the failures that ``durable(through:)`` and the others throw.
    ///   - lock: released when the last byte is written.
    ///   - retryEvery: how often a write to a full disk is tried again.
    ///   - onTrouble: called on the writing thread with the failure that stops the writing, and with `nil` when writing
    ///     continues.
    public init(
        _ descriptor: FileDescriptor, _ path: FilePath, last: UInt64, codes: Codes, lock: FileLock?,
        calls: FileCalls = .live, retryEvery: Duration = .seconds(1), onTrouble: @escaping @Sendable (Failure?) -> Void
    ) throws(Failure) {
        self.path = path
        self.codes = codes
        self.calls = calls
        self.retryEvery = retryEvery
        self.onTrouble = onTrouble
        do throws(Failure) {
            let end = try FileStatus.of(descriptor).identity.size
            state = Monitor(State(appended: last, durable: last, end: end, durableEnd: end, lock: lock))
            try OwnThread.start(name: "append", stackBytes: 1 << 18) { self.run(descriptor) }
        } catch {
            Glibc.close(descriptor.rawValue)
            throw error
        }
    }

    /// Hands over bytes to be written, in the order of the calls, and returns at once. Nothing is promised before
    /// ``durable(through:)`` returns.
    /// - Parameter number: of the last thing in `bytes`; higher than any before.
    public func append(_ bytes: [UInt8], through number: UInt64) {
        state.withLock { state in
            precondition(number > state.appended, "appended out of order")
            state.appended = number
            state.end += Int64(bytes.count)
            if state.failure == nil { state.pending += bytes }
        }
        state.signal()
    }

    /// Where the file ends once all that was appended so far is written.
    public var end: Int64 { state.withLock { $0.end } }

    /// Makes the replacement. It gets the open file and the range behind the mark, which it copies.
    public typealias Successor = @Sendable (FileDescriptor, Range<Int64>) -> Replacement

    /// The result of an attempt to replace the file.
    public enum Replacement: Sendable {
        /// The new file, open for appending and of this length, durably holds everything that the old one holds.
        case replaced(FileDescriptor, size: Int64)
        /// Nothing has changed.
        case abandoned(Failure)
        /// It is not known which of the two files a power cut would leave: nothing more may be written to either.
        case lost(Failure)
    }

    /// Replaces this file by another while callers go on appending. Everything that is appended meanwhile ends up in
    /// the new file. One replacement at a time.
    /// - Parameters:
    ///   - mark: an earlier ``end``. The successor holds the content before it in its own form.
    ///   - successor: called on the writing thread, between two batches; every caller that waits for a sync waits for
    ///     it too.
    /// - Throws: the failure that abandoned or lost it; ``Codes/full`` when there is no room; ``Codes/write`` once
    ///   writing has failed for good.
    public func replace(after mark: Int64, by successor: @escaping Successor) async throws(Failure) {
        let outcome: Result<Void, Failure> = await withCheckedContinuation { continuation in
            let failure = state.withLock { state -> Failure? in
                precondition(state.succession == nil, "one replacement at a time")
                if let failure = state.failure ?? state.trouble { return failure }
                state.succession = Succession(mark: mark, begin: successor, continuation: continuation)
                return nil
            }
            if let failure { continuation.resume(returning: .failure(failure)) }
            state.signal()
        }
        try outcome.get()
    }

    /// Returns when everything up to `number` is on the disk. However many wait, they share one sync.
    ///
    /// Cancellation does not end the short wait for a sync. It ends the wait for room on the disk.
    /// - Throws: ``Codes/write`` once writing has failed for good; ``Codes/full`` when cancelled while the disk is
    ///   full.
    public func durable(through number: UInt64) async throws(Failure) {
        let waiter = state.withLock { state in
            state.waiterNumber += 1
            return state.waiterNumber
        }
        let outcome: Result<Void, Failure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Result<Void, Failure>? in
                    if number <= state.durable { return .success(()) }
                    if let failure = state.failure { return .failure(failure) }
                    if Task.isCancelled, let trouble = state.trouble { return .failure(trouble) }
                    state.waiters[waiter] = Waiter(
                        number: number, isCancelled: Task.isCancelled, continuation: continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let given = state.withLock { state -> (Waiter, Failure)? in
                state.waiters[waiter]?.isCancelled = true
                guard let trouble = state.trouble else { return nil }
                return state.waiters.removeValue(forKey: waiter).map { ($0, trouble) }
            }
            if let (waiter, trouble) = given { waiter.continuation.resume(returning: .failure(trouble)) }
        }
        try outcome.get()
    }

    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// Writes what was appended, ends the thread, closes the file and releases the lock. May be called again.
    /// - Throws: when something could not be written; does not wait for room on a full disk.
    public func close() async throws(Failure) {
        closeSoon()
        await withCheckedContinuation { continuation in
            let ended = state.withLock { state in
                if !state.ended { state.closers.append(continuation) }
                return state.ended
            }
            if ended { continuation.resume() }
        }
        if let failure = state.withLock({ $0.durable < $0.appended ? $0.failure : nil }) { throw failure }
    }

    /// The same without waiting for it.
    public func closeSoon() {
        state.withLock { $0.closing = true }
        state.signal()
    }

    // The writing thread

    private func run(_ first: FileDescriptor) {
        var descriptor = first
        var batch: [UInt8] = []
        var failure: Failure?
        while failure == nil, let duty = nextDuty(&batch) {
            switch duty {
            case .batch(let number):
                failure = write(batch, to: descriptor) ?? sync(descriptor) ?? removed(descriptor)
                if failure == nil { settle(number, bytes: batch.count) }
            case .succession(let succession, let end): failure = pass(on: &descriptor, to: succession, end)
            }
        }
        if let failure { end(failure) }
        Glibc.close(descriptor.rawValue)
        let (closers, succession, closed) = state.withLock { state in
            state.ended = true
            // Unlocked by a call, not by closing: a child that is just being started has a copy of every descriptor.
            state.lock?.release()
            state.lock = nil
            let closed = state.failure ?? Failure(codes.write, "\(Printable(path)) is closed", remedy: .stop)
            state.failure = closed
            defer { (state.closers, state.succession) = ([], nil) }
            return (state.closers, state.succession, closed)
        }
        succession?.continuation.resume(returning: .failure(closed))
        for closer in closers { closer.resume() }
    }

    private enum Duty {
        case batch(through: UInt64)
        case succession(Succession, end: Int64)
    }

    /// Waits for work; `nil`: the file is closing and nothing is left to do.
    private func nextDuty(_ batch: inout [UInt8]) -> Duty? {
        // Releases the memory that one burst needed.
        batch.removeAll(keepingCapacity: batch.capacity <= 1 << 16)
        while true {
            let next: Next = state.wait(atMost: .seconds(24 * 3600)) { state in
                if let succession = state.succession, state.durableEnd >= succession.mark {
                    state.succession = nil
                    return .duty(.succession(succession, end: state.durableEnd))
                }
                if state.durable < state.appended {
                    swap(&batch, &state.pending)
                    return .duty(.batch(through: state.appended))
                }
                return state.closing ? .end : nil
            } expired: { _ in
                .idle
            }
            switch next {
            case .duty(let duty): return duty
            case .end: return nil
            case .idle: continue
            }
        }
    }

    private enum Next {
        case duty(Duty)
        case idle, end
    }

    /// - Returns: why nothing may be written any more.
    private func pass(on descriptor: inout FileDescriptor, to succession: Succession, _ end: Int64) -> Failure? {
        switch succession.begin(descriptor, succession.mark..<end) {
        case .replaced(let successor, let size):
            Glibc.close(descriptor.rawValue)
            descriptor = successor
            state.withLock { state in
                state.end += size - state.durableEnd
                state.durableEnd = size
            }
            succession.continuation.resume(returning: .success(()))
        case .abandoned(let failure): succession.continuation.resume(returning: .failure(failure))
        case .lost(let failure):
            succession.continuation.resume(returning: .failure(failure))
            return failure
        }
        return nil
    }

    /// Writes all of `batch`, waiting for room if it must.
    private func write(_ batch: [UInt8], to descriptor: FileDescriptor) -> Failure? {
        var written = 0
        while written < batch.count {
            switch batch[written...].withUnsafeBytes({ calls.write(descriptor, $0) }) {
            case .success(let count) where count > 0: written += count
            case .success: return writeFailure(.ioError, "writing")
            case .failure(.interrupted): continue
            case .failure(.noSpace), .failure(.diskQuotaExceeded):
                let trouble = Failure(
                    codes.full, "no room to write \(Printable(path))",
                    hint: "free some space; it goes on by itself", remedy: .hold(until: .surroundings))
                if !waitForRoom(trouble) { return trouble }
            case .failure(let error): return writeFailure(error, "writing")
            }
        }
        return nil
    }

    private func sync(_ descriptor: FileDescriptor) -> Failure? {
        let clock = ContinuousClock()
        let start = clock.now
        if let error = calls.sync(descriptor) { return writeFailure(error, "making durable") }
        let duration = clock.now - start
        state.withLock { $0.statistics.lastSync = duration }
        return nil
    }

    /// Bytes written into a file that was deleted are lost, and another process that opens the path finds no lock.
    private func removed(_ descriptor: FileDescriptor) -> Failure? {
        do throws(Failure) {
            guard try FileStatus.of(descriptor).links == 0 else { return nil }
            return Failure(
                codes.write, "\(Printable(path)) was removed or replaced",
                hint: "put it back, and start again", remedy: .stop)
        } catch {
            return error
        }
    }

    /// - Returns: `false` when the file is being closed, and there is no waiting any more.
    private func waitForRoom(_ trouble: Failure) -> Bool {
        let (isNew, given, succession) = state.withLock { state in
            defer { (state.trouble, state.succession) = (trouble, nil) }
            return (state.trouble == nil, state.take { $0.isCancelled }, state.succession)
        }
        // The successor itself may have filled the disk.
        succession?.continuation.resume(returning: .failure(trouble))
        if isNew { onTrouble(trouble) }
        for waiter in given { waiter.continuation.resume(returning: .failure(trouble)) }
        return state.wait(atMost: retryEvery) {
            $0.closing ? false : nil
        } expired: { _ in
            true
        }
    }

    private func settle(_ number: UInt64, bytes: Int) {
        let (waiters, wasTrouble) = state.withLock { state in
            state.durable = number
            state.durableEnd += Int64(bytes)
            state.statistics.batches += 1
            state.statistics.bytes += UInt64(bytes)
            defer { state.trouble = nil }
            return (state.take { $0.number <= number }, state.trouble != nil)
        }
        if wasTrouble { onTrouble(nil) }
        for waiter in waiters { waiter.continuation.resume(returning: .success(())) }
    }

    private func end(_ failure: Failure) {
        let waiters = state.withLock { state in
            state.failure = failure
            state.pending = []
            return state.take { _ in true }
        }
        if failure.code != codes.full { onTrouble(failure) }
        for waiter in waiters { waiter.continuation.resume(returning: .failure(failure)) }
    }

    private func writeFailure(_ error: Errno, _ doing: String) -> Failure {
        Failure(
            codes.write, "\(doing) \(Printable(path)) failed: \(error.description.lowercased())",
            hint: "check the disk, then start again: everything acknowledged is safe", remedy: .stop)
    }
}
