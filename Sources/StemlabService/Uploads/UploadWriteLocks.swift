// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whose turn it is with the file of an upload: of two requests that write it the later goes on, and the earlier is
/// refused before its next byte.
final class UploadWriteLocks: Sendable {
    private let locks = Mutex<[String: Turn]>([:])

    /// The turn of an upload.
    func turn(_ upload: String) -> Turn {
        locks.withLock { locks in
            if let turn = locks[upload] { return turn }
            let turn = Turn()
            locks[upload] = turn
            return turn
        }
    }

    /// For an upload that takes no bytes any more: requests that still write are refused.
    func end(_ upload: String) {
        locks.withLock { $0.removeValue(forKey: upload) }?.end()
    }

    /// The right to one file.
    final class Turn: Sendable {
        private struct State {
            var number: UInt64 = 0
            var isSealed = false
        }
        private let state = Mutex(State())

        /// Takes the turn, waiting for a write that is under way.
        /// - Returns: what ``keeping(_:_:)`` asks for; `nil`: the content has been checked, and stays as it is.
        func take() -> UInt64? {
            state.withLock { state in
                if state.isSealed { return nil }
                state.number += 1
                return state.number
            }
        }

        /// The turn there is now, without taking it.
        var number: UInt64 { state.withLock { $0.number } }

        /// Whether what was written in this turn is still there: no request has taken the next, or it has been checked.
        func stands(_ number: UInt64) -> Bool { state.withLock { $0.number == number || $0.isSealed } }

        /// Does `body` if the turn is still this one, keeping others from taking it meanwhile. Blocks.
        /// - Returns: `nil`: another request has it.
        func keeping<T: Sendable, E: Error>(_ number: UInt64, _ body: () throws(E) -> T) throws(E) -> T? {
            let outcome: Result<T?, E> = state.withLock { state in
                guard state.number == number, !state.isSealed else { return .success(nil) }
                return Result { () throws(E) in try body() }
            }
            return try outcome.get()
        }

        /// Keeps everybody from the file, if the turn is still this one.
        /// - Returns: whether it was.
        func seal(_ number: UInt64) -> Bool {
            state.withLock { state in
                guard state.number == number, !state.isSealed else { return false }
                state.isSealed = true
                return true
            }
        }

        /// Takes ``seal(_:)`` back.
        func unseal() { state.withLock { $0.isSealed = false } }

        fileprivate func end() { state.withLock { $0.number += 1 } }
    }
}
