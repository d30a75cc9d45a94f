// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform
import StemlabAPI

/// The jobs of all accounts, as the workers see them. Each call belongs into one transaction.
///
/// A worker has a job by a lease that it renews. A worker that dies loses it, and the job runs again; a worker that
/// lost its lease, or whose job was cancelled, changes nothing any more.
enum JobQueue {
    /// How long a lease is good for without being renewed.
    static let leaseTerm: Duration = .seconds(60)
    /// How long upload and stems stay after a job has succeeded.
    static let retention: Duration = .seconds(2 * 86_400)
    /// How often a job may end in a fault of ours before it has failed.
    static let faultLimit = 3
    /// How long it waits after the first fault; after each of the others twice as long as before.
    private static let pauses = Backoff(from: .seconds(5), to: longestPause)
    private static let longestPause: Duration = .seconds(10)
    /// How often a job is begun at all: one that takes the whole service down with it ends too.
    static let leaseLimit = 50

    /// The right to work on a job.
    struct Lease: Hashable, Sendable {
        var job: JobRecord
        /// Known to its holder alone.
        var token: String
    }

    /// Gives the next job to the worker that asks; `nil`: there is none to begin now.
    static func lease(at now: WallTime, in db: Database) throws -> Lease? {
        try takeBackExpired(at: now, in: db)
        guard
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT * FROM job WHERE state = 'queued' AND (not_before <= ? OR not_before > ?)
                    ORDER BY start_tag, number LIMIT 1
                    """,
                // What lies further ahead than any pause was written before the clock was set back.
                arguments: [now.milliseconds, now.advanced(by: longestPause).milliseconds])
        else { return nil }
        let id: String = row["id"]
        let token = Identifier.make(.request, at: now)
        try FairShare.begin(tag: row["start_tag"], in: db)
        try db.execute(
            sql: """
                UPDATE job SET state = 'running', lease = ?, lease_until = ?, leases = leases + 1, progress = 0,
                    started_at = coalesce(started_at, ?)
                WHERE id = ?
                """,
            arguments: [token, now.advanced(by: leaseTerm).milliseconds, now.milliseconds, id])
        return Lease(job: try JobTable.find(id, in: db).unwrapped(), token: token)
    }

    /// When the next job can be begun that cannot be now; `nil`: nothing waits for a time.
    static func nextStart(in db: Database) throws -> WallTime? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT min(moment) FROM (
                    SELECT min(not_before) AS moment FROM job WHERE state = 'queued'
                    UNION ALL SELECT min(lease_until) FROM job WHERE state = 'running')
                """
        ).map(WallTime.init)
    }

    /// Keeps a lease, and notes how far the job is.
    /// - Parameter progress: 0…100.
    /// - Returns: `false`: the lease is lost, or the job was ended; stop.
    static func renew(_ lease: Lease, progress: Int, at now: WallTime, in db: Database) throws -> Bool {
        try db.execute(
            sql: "UPDATE job SET lease_until = ?, progress = max(progress, ?) WHERE id = ? AND lease = ?",
            arguments: [now.advanced(by: leaseTerm).milliseconds, progress, lease.job.id, lease.token])
        return db.changesCount == 1
    }

    /// Ends a job with its stems, which are stored, and charges what was decoded.
    /// - Parameter decoded: at most what was reserved.
    /// - Returns: `false`: the lease is lost; nothing was changed, and nothing is charged.
    static func succeed(
        _ lease: Lease, stems: [StemRecord], decoded: AudioDuration, model: String, at now: WallTime, in db: Database
    ) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE job SET state = 'succeeded', lease = NULL, lease_until = NULL, progress = 100, model = ?,
                    charged_ms = ?, finished_at = ?, expires_at = ?
                WHERE id = ? AND lease = ?
                """,
            arguments: [
                model, decoded.milliseconds, now.milliseconds, now.advanced(by: retention).milliseconds, lease.job.id,
                lease.token,
            ])
        guard db.changesCount == 1 else { return false }
        for stem in stems {
            try db.execute(
                sql: "INSERT INTO stem (job, name, bytes, sha256) VALUES (?, ?, ?, ?)",
                arguments: [lease.job.id, stem.name.rawValue, stem.bytes, stem.sha256])
        }
        try MinuteLedger.settle(
            lease.job.id, of: lease.job.account, reserved: lease.job.reserved, charged: decoded, at: now, in: db)
        return true
    }

    /// Ends a job that cannot be done, gives back all that was reserved for it, and forgets its upload.
    /// - Returns: `false`: the lease is lost; nothing was changed.
    static func fail(
        _ lease: Lease, _ failure: Job.Failure, at now: WallTime, in db: Database
    ) throws -> Bool {
        try end(lease.job, heldBy: lease.token, failure, at: now, in: db)
    }

    /// Puts a job back after a fault of ours, for another try a little later; ends it after ``faultLimit`` of them.
    ///
    /// What exactly went wrong shows details of the machine, such as paths: that is for the log. The owner gets what
    /// the code means.
    /// - Returns: `false`: the lease is lost; nothing was changed.
    static func fault(_ lease: Lease, _ failure: Job.Failure, at now: WallTime, in db: Database) throws -> Bool {
        guard let job = try JobTable.find(lease.job.id, in: db) else { return false }
        if job.faults + 1 >= faultLimit {
            let isLate = failure.code == "compute.timeout"
            let detail = isLate ? "separating it took too long" : "the service could not separate it"
            return try fail(lease, Job.Failure(code: failure.code, detail: detail), at: now, in: db)
        }
        try db.execute(
            sql: """
                UPDATE job SET state = 'queued', lease = NULL, lease_until = NULL, faults = faults + 1, not_before = ?
                WHERE id = ? AND lease = ?
                """,
            arguments: [now.advanced(by: pauses.wait(after: job.faults + 1)).milliseconds, lease.job.id, lease.token])
        return db.changesCount == 1
    }

    /// Takes back every lease: for the start of the one process that has workers, when no worker can hold any.
    /// - Returns: how many there were.
    @discardableResult
    static func takeBackAll(at now: WallTime, in db: Database) throws -> Int {
        try reclaim("1", [], at: now, in: db)
    }

    private static func takeBackExpired(at now: WallTime, in db: Database) throws {
        // One that ends so far ahead was last renewed before the clock was set back: by a worker that lives it is
        // renewed within seconds. Twice the term, since clocks are set right by a little all the time.
        try reclaim(
            "lease_until <= ? OR lease_until > ?",
            [now.milliseconds, now.advanced(by: leaseTerm * 2).milliseconds], at: now, in: db)
    }

    @discardableResult
    private static func reclaim(
        _ condition: String, _ arguments: StatementArguments, at now: WallTime, in db: Database
    ) throws -> Int {
        let lost = try Row.fetchAll(
            db, sql: "SELECT * FROM job WHERE state = 'running' AND (\(condition))", arguments: arguments)
        for row in lost {
            let job = try JobRecord(row)
            if job.leases >= leaseLimit {
                let failure = Job.Failure(
                    code: "compute.failed", detail: "it was begun \(job.leases) times, and cut off each time")
                _ = try end(job, heldBy: row["lease"], failure, at: now, in: db)
            } else {
                try db.execute(
                    sql: "UPDATE job SET state = 'queued', lease = NULL, lease_until = NULL WHERE id = ?",
                    arguments: [job.id])
            }
        }
        return lost.count
    }

    private static func end(
        _ job: JobRecord, heldBy token: String, _ failure: Job.Failure, at now: WallTime, in db: Database
    ) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE job SET state = 'failed', lease = NULL, lease_until = NULL, charged_ms = 0, failure_code = ?,
                    failure_detail = ?, finished_at = ?, expires_at = ?
                WHERE id = ? AND lease = ?
                """,
            arguments: [
                failure.code, failure.detail, now.milliseconds, now.advanced(by: retention).milliseconds, job.id, token,
            ])
        guard db.changesCount == 1 else { return false }
        try MinuteLedger.settle(job.id, of: job.account, reserved: job.reserved, charged: .zero, at: now, in: db)
        try UploadTable.removeUsed(job.upload, in: db)
        return true
    }
}
