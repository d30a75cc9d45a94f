// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lines as they are written by a program under test, and tasks that wait for one of them.
public final class LineLog: Sendable {
    private struct Waiter {
        let number: Int
        let matches: @Sendable (String) -> Bool
        /// The number of matching lines still to come, the wanted one included.
        var missing: Int
        let continuation: CheckedContinuation<String?, Never>
    }
    private struct State {
        var lines: [String] = []
        var isOver = false
        var waiters: [Waiter] = []
        var waitersEver = 0
    }
    private let state = Mutex(State())

    public init() {}

    /// Everything so far.
    public var lines: [String] { state.withLock { $0.lines } }

    public func append(_ line: String) {
        let served = state.withLock { state in
            state.lines.append(line)
            for index in state.waiters.indices where state.waiters[index].matches(line) {
                state.waiters[index].missing -= 1
            }
            defer { state.waiters.removeAll { $0.missing == 0 } }
            return state.waiters.filter { $0.missing == 0 }
        }
        for waiter in served { waiter.continuation.resume(returning: line) }
    }

    /// No more lines come.
    public func finish() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiters = [] }
            return state.waiters.map(\.continuation)
        }
        for waiter in waiting { waiter.resume(returning: nil) }
    }

    /// Whether no more lines come.
    public var isOver: Bool { state.withLock { $0.isOver } }

    /// Returns when no more lines come, or when the task is cancelled.
    public func over() async { _ = await first { _ in false } }

    /// The first line, past or to come, that matches; `nil` when the program ended without one, or the test's time is
    /// over.
    public func first(where matches: @escaping @Sendable (String) -> Bool) async -> String? {
        await line(1, where: matches)
    }

    /// The line number `count`, from 1, of those that match, past or to come; `nil` as in ``first(where:)``.
    public func line(_ count: Int, where matches: @escaping @Sendable (String) -> Bool) async -> String? {
        let number = state.withLock { state in
            state.waitersEver += 1
            return state.waitersEver
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: String?? = state.withLock { state in
                    let past = state.lines.filter(matches)
                    if past.count >= count { return .some(past[count - 1]) }
                    // Cancelled before this: the handler has run, or runs now and finds the waiter.
                    if state.isOver || Task.isCancelled { return .some(nil) }
                    state.waiters.append(
                        Waiter(
                            number: number, matches: matches, missing: count - past.count, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }
}
