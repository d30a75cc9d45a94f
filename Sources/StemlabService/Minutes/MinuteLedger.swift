// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform

/// The minutes of an account, as movements between its books (``MinutesSchema``). Each call belongs into the
/// transaction of whatever it pays for.
enum MinuteLedger {
    /// Why minutes moved.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        case grant, reserve, charge, refund

        fileprivate var books: (source: String, target: String) {
            switch self {
            case .grant: ("granted", "available")
            case .reserve: ("available", "reserved")
            case .charge: ("reserved", "spent")
            case .refund: ("reserved", "available")
            }
        }
    }

    /// Adds to an account's minutes.
    /// - Parameters:
    ///   - amount: negative: takes back of what was granted and is still available.
    ///   - note: for the statement, 200 characters at most.
    /// - Throws: when more is taken back than is available.
    static func grant(
        _ amount: AudioDuration, to account: String, note: String?, at now: WallTime, in db: Database
    ) throws {
        try move(.grant, amount, of: account, job: nil, note: note, at: now, in: db)
    }

    /// Sets minutes aside for a job that is being made.
    /// - Throws: when they are not there. ``JobAdmission`` looks before, and can give the reason.
    static func reserve(
        _ amount: AudioDuration, of account: String, for job: String, at now: WallTime, in db: Database
    ) throws {
        try move(.reserve, amount, of: account, job: job, note: nil, at: now, in: db)
        try BalanceSnapshot.closeIfDue(account, in: db)
    }

    /// Ends a job's reservation: what was decoded is spent, and the rest is available again.
    /// - Parameter charged: at most what was reserved; zero: all is given back.
    static func settle(
        _ job: String, of account: String, reserved: AudioDuration, charged: AudioDuration, at now: WallTime,
        in db: Database
    ) throws {
        if charged > .zero { try move(.charge, charged, of: account, job: job, note: nil, at: now, in: db) }
        let rest = reserved - charged
        if rest > .zero { try move(.refund, rest, of: account, job: job, note: nil, at: now, in: db) }
    }

    private static func move(
        _ kind: Kind, _ amount: AudioDuration, of account: String, job: String?, note: String?, at now: WallTime,
        in db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO movement (account, kind, source, target, amount_ms, job, note, at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                account, kind.rawValue, kind.books.source, kind.books.target, amount.milliseconds,
                job, note, now.milliseconds,
            ])
    }
}
