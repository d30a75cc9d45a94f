// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB

/// What the administrator changed of an account's limits, as rows.
extension AccountLimits {
    /// - Parameter usual: those of an account without limits of its own.
    static func of(_ account: String, usual: AccountLimits, in db: Database) throws -> AccountLimits {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM account_limits WHERE account = ?", arguments: [account])
        else { return usual }
        return AccountLimits(
            track: (row["track_ms"] as Int64?).map(AudioDuration.init) ?? usual.track,
            uploadBytes: row["upload_bytes"] ?? usual.uploadBytes,
            concurrentJobs: row["concurrent_jobs"] ?? usual.concurrentJobs,
            openUploads: row["open_uploads"] ?? usual.openUploads,
            day: (row["day_ms"] as Int64?).map(AudioDuration.init) ?? usual.day)
    }

    /// Sets some limits of an account; the others stay as they are.
    static func set(_ change: Change, of account: String, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO account_limits (account, track_ms, upload_bytes, concurrent_jobs, open_uploads, day_ms)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (account) DO UPDATE SET
                    track_ms = coalesce(excluded.track_ms, track_ms),
                    upload_bytes = coalesce(excluded.upload_bytes, upload_bytes),
                    concurrent_jobs = coalesce(excluded.concurrent_jobs, concurrent_jobs),
                    open_uploads = coalesce(excluded.open_uploads, open_uploads),
                    day_ms = coalesce(excluded.day_ms, day_ms)
                """,
            arguments: [
                account, change.track?.milliseconds, change.uploadBytes, change.concurrentJobs,
                change.openUploads, change.day?.milliseconds,
            ])
    }

    /// Gives an account the usual limits again.
    static func reset(of account: String, in db: Database) throws {
        try db.execute(sql: "DELETE FROM account_limits WHERE account = ?", arguments: [account])
    }
}
