// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import GRDB

/// What one account may have at once.
public struct AccountLimits: Hashable, Sendable {
    /// The longest track.
    public var track: AudioDuration
    /// The largest upload, in bytes.
    public var uploadBytes: Int64
    /// Jobs queued and running.
    public var concurrentJobs: Int
    /// Uploads that no job uses yet.
    public var openUploads: Int
    /// Minutes for the jobs made in one day (UTC); `nil`: no limit.
    public var day: AudioDuration?

    public init(
        track: AudioDuration = AudioDuration(milliseconds: 3 * 3_600_000), uploadBytes: Int64 = 4 << 30,
        concurrentJobs: Int = 10, openUploads: Int = 20, day: AudioDuration? = nil
    ) {
        self.track = track
        self.uploadBytes = uploadBytes
        self.concurrentJobs = concurrentJobs
        self.openUploads = openUploads
        self.day = day
    }

    /// Bytes of the uploads that are kept at once: those no job uses yet, those of the jobs under way, and with what these leave
    /// room for those of jobs that are done, until they are deleted or swept.
    public var storedBytes: Int64 {
        let (bytes, overflow) = uploadBytes.multipliedReportingOverflow(by: Int64(openUploads + concurrentJobs))
        return overflow ? Self.mostBytes : min(bytes, Self.mostBytes)
    }

    /// What JSON readers still tell apart from its neighbours.
    private static let mostBytes: Int64 = 1 << 53 - 1

    /// - Parameter usual: those of an account that nobody set others for.
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

    /// A change of some of them; `nil` leaves what is there.
    public struct Change: Hashable, Sendable {
        public var track: AudioDuration?
        public var uploadBytes: Int64?
        public var concurrentJobs: Int?
        public var openUploads: Int?
        public var day: AudioDuration?
        public init() {}
    }

    /// Sets some limits of an account; the others stay as they are.
    public static func set(_ change: Change, of account: String, in db: Database) throws {
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
    public static func reset(of account: String, in db: Database) throws {
        try db.execute(sql: "DELETE FROM account_limits WHERE account = ?", arguments: [account])
    }
}
