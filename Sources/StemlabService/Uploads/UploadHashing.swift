// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI
import Synchronization

/// Where uploads are read through for their SHA-256: on threads of its own, so that nothing else of the service waits
/// for it, and one upload of an account at a time, so that no account keeps the others waiting. The line before it has
/// an end.
final class UploadHashing: Sendable {
    private struct Waiting {
        var account: String
        /// Receives whether it is its turn.
        var turn: CheckedContinuation<Bool, Never>
    }

    private struct State {
        /// Accounts of which an upload is being read.
        var busy: Set<String> = []
        var line: [Waiting] = []
    }

    private let state = Mutex(State())
    private let pool: BlockingPool
    private let threads: Int
    private let line: Int
    private let share: Int

    /// - Parameters:
    ///   - line: how many may wait; later requests are asked to come again.
    ///   - share: how many of them may be of one account.
    init(threads: Int = 2, line: Int = 64, share: Int = 16) {
        self.threads = threads
        self.line = line
        self.share = share
        pool = BlockingPool(threads: threads)
    }

    /// - Throws: ``APIError``, `service.unavailable`, when the line is full.
    func digest(
        of upload: UploadRecord, in storage: any ObjectStorage
    ) async throws -> ObjectDigest? {
        guard await enter(upload.account) else {
            throw APIError(.serviceUnavailable, "too many uploads wait to be checked", retryAfter: .seconds(5))
        }
        defer { leave(upload.account) }
        return try await pool.run { () throws(Failure) in try ObjectDigest.of(.upload(upload.id), in: storage) }
    }

    private func enter(_ account: String) async -> Bool {
        await withCheckedContinuation { (turn: CheckedContinuation<Bool, Never>) in
            let atOnce: Bool? = state.withLock { state in
                if state.busy.count < threads, state.busy.insert(account).inserted { return true }
                guard state.line.count < line, state.line.count(where: { $0.account == account }) < share else {
                    return false
                }
                state.line.append(Waiting(account: account, turn: turn))
                return nil
            }
            if let atOnce { turn.resume(returning: atOnce) }
        }
    }

    private func leave(_ account: String) {
        let next: Waiting? = state.withLock { state in
            state.busy.remove(account)
            let ready = state.line.indices.filter { !state.busy.contains(state.line[$0].account) }
            // The account that has just been served comes after the others.
            guard let place = ready.first(where: { state.line[$0].account != account }) ?? ready.first else {
                return nil
            }
            let next = state.line.remove(at: place)
            state.busy.insert(next.account)
            return next
        }
        next?.turn.resume(returning: true)
    }
}
