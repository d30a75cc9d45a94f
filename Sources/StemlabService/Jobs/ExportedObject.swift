// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI
import Synchronization

/// An object as an export has it: opened when the first of it is read, and closed after the last, so that an export
/// holds one file open, however many there are.
final class ExportedObject: Sendable {
    private struct State {
        var reader: (any ObjectReader)?
        /// Kept until the export is done or released.
        var turn: Exports.Turn?
        var endsExport = false
    }

    /// Bytes of it that are exported.
    let length: Int64
    private let key: ObjectKey
    private let storage: any ObjectStorage
    private let state: Mutex<State>

    init(_ key: ObjectKey, length: Int64, in storage: any ObjectStorage, _ turn: Exports.Turn) {
        self.key = key
        self.length = length
        self.storage = storage
        state = Mutex(State(turn: turn))
    }

    private static let piece: Int64 = 256 << 10

    /// The turn ends with this one.
    func isLast() { state.withLock { $0.endsExport = true } }

    /// The bytes from `offset` on, some of them; none when it has become shorter, or is not there any more. Blocks.
    func read(at offset: Int64) throws(Failure) -> [UInt8] {
        let outcome: Result<[UInt8], Failure> = state.withLock { state in
            Result { () throws(Failure) in try read(at: offset, &state) }
        }
        return try outcome.get()
    }

    private func read(at offset: Int64, _ state: inout State) throws(Failure) -> [UInt8] {
        if state.reader == nil { state.reader = try storage.read(key) }
        guard let reader = state.reader else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(min(Self.piece, length - offset)))
        let outcome: Result<Int, Failure> = bytes.withUnsafeMutableBytes { space in
            Result { () throws(Failure) in try reader.read(at: offset, into: space) }
        }
        let count = try outcome.get()
        if count == 0 || offset + Int64(count) >= length {
            state.reader = nil
            if state.endsExport { state.turn?.end() }
        }
        return Array(bytes.prefix(count))
    }
}

/// The accounts whose audio is being exported: one export an account at a time.
final class Exports: Sendable {
    private let underWay = Mutex<Set<String>>([])

    /// - Throws: `rate.limited`.
    func begin(_ account: String) throws(APIError) -> Turn {
        guard underWay.withLock({ $0.insert(account).inserted }) else {
            throw APIError(.rateLimited, "an export of the account is under way", retryAfter: .seconds(30))
        }
        return Turn(self, account)
    }

    /// Ends with ``end()`` or when it is released: an export that is cut off just goes.
    final class Turn: Sendable {
        private let account: String
        private let exports: Mutex<Exports?>

        fileprivate init(_ exports: Exports, _ account: String) {
            self.account = account
            self.exports = Mutex(exports)
        }

        deinit { end() }

        func end() {
            let exports = exports.withLock { exports in
                defer { exports = nil }
                return exports
            }
            exports?.underWay.withLock { _ = $0.remove(account) }
        }
    }
}
