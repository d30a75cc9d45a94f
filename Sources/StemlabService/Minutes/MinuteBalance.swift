// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Audio
import GRDB
import Platform

/// The books of one account: sums of its movements (``BalanceSnapshot`` and what came since), never fields that could
/// drift.
package struct MinuteBalance: Hashable, Sendable {
    package var granted = AudioDuration.zero
    package var reserved = AudioDuration.zero
    package var spent = AudioDuration.zero
    /// Granted, less reserved, less spent.
    package var available: AudioDuration { granted - reserved - spent }

    static func of(_ account: String, in db: Database) throws -> MinuteBalance {
        var sums: [MinuteLedger.Kind: AudioDuration] = [:]
        func add(_ milliseconds: Int64, _ kind: MinuteLedger.Kind) {
            sums[kind, default: .zero] = sums[kind, default: .zero] + AudioDuration(milliseconds: milliseconds)
        }
        let closing = try Row.fetchOne(db, sql: "SELECT * FROM closing WHERE account = ?", arguments: [account])
        if let closing {
            add(closing["granted_ms"], .grant)
            add(closing["reserved_ms"], .reserve)
            add(closing["charged_ms"], .charge)
            add(closing["refunded_ms"], .refund)
        }
        let since = try Row.fetchCursor(
            db, sql: "SELECT kind, sum(amount_ms) FROM movement WHERE account = ? AND id > ? GROUP BY kind",
            arguments: [account, closing?["movement"] ?? 0])
        while let row = try since.next() {
            guard let kind = MinuteLedger.Kind(rawValue: row[0]) else { throw UnreadableRow(table: "movement") }
            add(row[1], kind)
        }
        func sum(_ kind: MinuteLedger.Kind) -> AudioDuration { sums[kind] ?? .zero }
        return MinuteBalance(
            granted: sum(.grant), reserved: sum(.reserve) - sum(.charge) - sum(.refund), spent: sum(.charge))
    }

    /// Reserved or charged for jobs that were made today, in UTC.
    static func spentToday(_ account: String, at now: WallTime, in db: Database) throws -> AudioDuration {
        let sum = try Int64.fetchOne(
            db,
            sql: """
                SELECT coalesce(sum(made.amount_ms - coalesce(back.amount_ms, 0)), 0)
                FROM movement made LEFT JOIN movement back ON back.job = made.job AND back.kind = 'refund'
                WHERE made.account = ? AND made.kind = 'reserve' AND made.at >= ?
                """,
            arguments: [account, now.startOfDay.milliseconds])
        return AudioDuration(milliseconds: sum ?? 0)
    }
}
