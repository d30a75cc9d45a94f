// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lines as they are written by a program under test, and tasks that wait for one of them.
public final class LineLog: Sendable {
    private struct State {
        var lines: [String] = []
        var isOver = false
        var waiters: [(matches: @Sendable (String) -> Bool, continuation: CheckedContinuation<String?, Never>)] = []
    }
    private let state = Mutex(State())

    public init() {}

    /// Everything so far.
    public var lines: [String] { state.withLock { $0.lines } }

    public func append(_ line: String) {
        let resumed = state.withLock { state in
            state.lines.append(line)
            let matching = state.waiters.filter { $0.matches(line) }.map(\.continuation)
            state.waiters.removeAll { $0.matches(line) }
            return matching
        }
        for waiter in resumed { waiter.resume(returning: line) }
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

    /// The first line, past or to come, that matches; `nil` when the program ended without one.
    public func first(where matches: @escaping @Sendable (String) -> Bool) async -> String? {
        await withCheckedContinuation { continuation in
            let answer: String?? = state.withLock { state in
                if let line = state.lines.first(where: matches) { return .some(line) }
                if state.isOver { return .some(nil) }
                state.waiters.append((matches, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
