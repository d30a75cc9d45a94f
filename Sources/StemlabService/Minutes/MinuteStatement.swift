// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform

/// The movements of an account, for its owner to read.
enum MinuteStatement {
    /// One line.
    struct Entry: Hashable, Sendable {
        /// Grows from entry to entry.
        var id: Int64
        var kind: MinuteLedger.Kind
        var amount: AudioDuration
        var job: String?
        var note: String?
        var at: WallTime
    }

    /// Newest first.
    /// - Parameter before: only entries whose id is smaller: the last of the page before.
    static func page(
        of account: String, before: Int64? = nil, limit: Int, in db: Database
    ) throws -> [Entry] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, kind, amount_ms, job, note, at FROM movement
                WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?
                """,
            arguments: [account, before ?? .max, limit]
        ).map { row in
            guard let kind = MinuteLedger.Kind(rawValue: row[1]) else { throw UnreadableRow(table: "movement") }
            return Entry(
                id: row[0], kind: kind, amount: AudioDuration(milliseconds: row[2]), job: row[3], note: row[4],
                at: WallTime(milliseconds: row[5]))
        }
    }
}
