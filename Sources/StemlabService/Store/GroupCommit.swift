// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Synchronization

/// Puts transactions that wait at the same time on disk together.
///
/// While one commit waits for the disk, others gather; the next commit takes all of them, each in a savepoint of its
/// own, so that what one throws takes back that one alone. No caller gets its answer before the commit is on disk, and
/// a commit that fails has failed for all of them.
final class GroupCommit: Sendable {
    private struct Member: Sendable {
        /// Does what is asked for, apart from the others.
        /// - Returns: what reports the outcome, once it is on disk.
        /// - Throws: what has taken the whole transaction back, such as a full disk.
        let decide: @Sendable (Database) throws -> @Sendable () -> Void
        /// Reports that none of it has happened.
        let refuse: @Sendable (any Error) -> Void
    }

    private let pool: DatabasePool
    private let waiting = Mutex<[Member]>([])

    init(_ pool: DatabasePool) { self.pool = pool }

    /// How many wait for the next commit.
    var count: Int { waiting.withLock { $0.count } }

    /// One transaction: all of it happens, or nothing. What `body` throws takes it back.
    func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            add(
                Member(
                    decide: { db in
                        let outcome = Result { try Self.apart(body, in: db) }
                        if case .failure(let error) = outcome, !db.isInsideTransaction { throw error }
                        return { continuation.resume(with: outcome) }
                    },
                    refuse: { continuation.resume(throwing: $0) }))
        }
    }

    private static func apart<T>(_ body: (Database) throws -> T, in db: Database) throws -> T {
        var made: T?
        try db.inSavepoint {
            made = try body(db)
            return .commit
        }
        return try made.unwrapped()
    }

    private func add(_ member: Member) {
        let isFirst = waiting.withLock { waiting in
            waiting.append(member)
            return waiting.count == 1
        }
        guard isFirst else { return }
        pool.asyncWriteWithoutTransaction { [self] db in
            let members = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            commit(members, in: db)
        }
    }

    private func commit(_ members: [Member], in db: Database) {
        do {
            var answers: [() -> Void] = []
            try db.inTransaction(.immediate) {
                answers = try members.map { try $0.decide(db) }
                return .commit
            }
            for answer in answers { answer() }
        } catch {
            for member in members { member.refuse(error) }
        }
    }
}
