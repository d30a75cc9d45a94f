// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage

/// A real disk that is full for a while before each write, and reports which events of a ledger are on it.
final class SlowDisk: Sendable {
    private struct State {
        var refusals = 0
        var isFull = false
        /// Written, and not yet made durable.
        var loose: [UInt8] = []
    }
    /// Refusals before each write; a ledger that tries every millisecond waits as many milliseconds.
    private static let refusals = 20

    private let state = Mutex(State())
    private let onDisk: @Sendable (_ event: String) -> Void

    /// - Parameter onDisk: called with the name of each event once it is durable, before its waiters resume.
    init(onDisk: @escaping @Sendable (_ event: String) -> Void) { self.onDisk = onDisk }

    /// Refuses every write from now on, or no longer.
    func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    var calls: FileCalls {
        FileCalls { descriptor, bytes in
            let isRefused = self.state.withLock { state in
                state.refusals += 1
                return state.isFull || state.refusals <= Self.refusals
            }
            if isRefused { return .failure(.noSpace) }
            let result = FileCalls.live.write(descriptor, bytes)
            if case .success(let count) = result {
                self.state.withLock { state in
                    state.refusals = 0
                    state.loose += bytes[..<count]
                }
            }
            return result
        } sync: { descriptor in
            if let error = FileCalls.live.sync(descriptor) { return error }
            let lines = self.state.withLock { state in
                defer { state.loose = [] }
                return state.loose.split(separator: UInt8(ascii: "\n"))
            }
            for line in lines { self.onDisk((try? JSONValue(parsing: line))?["event"]?.string ?? "?") }
            return nil
        } rename: { from, to in
            FileCalls.live.rename(from, to)
        }
    }
}
