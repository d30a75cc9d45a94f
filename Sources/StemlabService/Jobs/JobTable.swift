// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform
import StemlabAPI

/// The jobs of an account in the database, as their owner sees and orders them. Each call belongs into one transaction.
enum JobTable {
    /// A job with the stems that are there of it.
    struct Standing: Hashable, Sendable {
        var job: JobRecord
        var stems: [StemRecord]
    }

    /// - Throws: `resource.unknown` for one that is not there, and for another's.
    static func find(_ id: String, of account: String, in db: Database) throws -> Standing {
        guard Identifier.isWellFormed(id, .job), let job = try find(id, in: db), job.account == account else {
            throw APIError.unknown
        }
        return try standing(job, in: db)
    }

    static func find(_ id: String, in db: Database) throws -> JobRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM job WHERE id = ?", arguments: [id]).map(JobRecord.init)
    }

    private static func standing(_ job: JobRecord, in db: Database) throws -> Standing {
        // In the order they were asked for.
        let stems = try Row.fetchAll(db, sql: "SELECT * FROM stem WHERE job = ?", arguments: [job.id])
            .map(StemRecord.init)
        return Standing(job: job, stems: job.wanted.compactMap { name in stems.first { $0.name == name } })
    }

    /// One stem that is there, of whatever account, and what it is encoded as.
    static func stem(
        _ name: StemName, of job: String, in db: Database
    ) throws -> (stem: StemRecord, format: AudioContainer)? {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT stem.*, job.format FROM stem JOIN job ON job.id = stem.job WHERE job = ? AND name = ?",
                arguments: [job, name.rawValue]),
            let format = AudioContainer(rawValue: row["format"])
        else { return nil }
        return (try StemRecord(row), format)
    }

    /// Newest first.
    /// - Parameter before: only jobs whose number is smaller.
    static func page(
        of account: String, reference: String?, state: Job.State?, before: Int64?, limit: Int, in db: Database
    ) throws -> [Standing] {
        var sql = "SELECT * FROM job WHERE account = ? AND number < ?"
        var arguments: StatementArguments = [account, before ?? .max]
        if let reference {
            sql += " AND client_reference = ?"
            arguments += [reference]
        }
        if let state {
            sql += " AND state = ?"
            arguments += [state.rawValue]
        }
        return try Row.fetchAll(db, sql: sql + " ORDER BY number DESC LIMIT ?", arguments: arguments + [limit])
            .map { try standing(JobRecord($0), in: db) }
    }

    /// Queued and running.
    static func underWay(of account: String, in db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM job WHERE account = ? AND state IN ('queued', 'running')",
            arguments: [account]) ?? 0
    }

    /// Ends a job that is not over, gives back what was reserved for it, and forgets its upload, whose object may be
    /// removed afterwards. Of one that was cancelled: how it stands.
    static func cancel(_ id: String, of account: String, at now: WallTime, in db: Database) throws -> Standing {
        let found = try find(id, of: account, in: db)
        if found.job.state == .cancelled { return found }
        // The same statement that a worker's end races with: the second of the two finds nothing to change.
        try db.execute(
            sql: """
                UPDATE job SET state = 'cancelled', lease = NULL, lease_until = NULL, finished_at = ?, expires_at = ?,
                    charged_ms = 0
                WHERE id = ? AND state IN ('queued', 'running')
                """,
            arguments: [
                now.milliseconds, now.advanced(by: JobQueue.retention).milliseconds, id,
            ])
        guard db.changesCount == 1 else { throw APIError(.jobOver, "the job has \(found.job.state.rawValue)") }
        try MinuteLedger.settle(
            id, of: account, reserved: found.job.reserved, charged: .zero, at: now, in: db)
        if found.job.state == .queued { try FairShare.giveBack(found.job, in: db) }
        try UploadTable.removeUsed(found.job.upload, in: db)
        return try find(id, of: account, in: db)
    }

    /// Forgets a job, ending it first if it runs. Its key stays known.
    /// - Returns: the objects to remove afterwards.
    static func delete(_ id: String, of account: String, at now: WallTime, in db: Database) throws -> [ObjectKey] {
        let found = try find(id, of: account, in: db)
        if !found.job.state.isOver { _ = try cancel(id, of: account, at: now, in: db) }
        try db.execute(
            sql: """
                INSERT INTO deleted_job SELECT account, idempotency_key FROM job WHERE id = ?
                """, arguments: [id])
        try UploadTable.removeUsed(found.job.upload, in: db)
        try db.execute(sql: "DELETE FROM job WHERE id = ?", arguments: [id])
        return found.stems.map { .stem(id, $0.name) } + (found.job.upload.map { [.upload($0)] } ?? [])
    }
}

extension JobRecord {
    init(_ row: Row) throws {
        guard let state = Job.State(rawValue: row["state"]), let format = AudioContainer(rawValue: row["format"]) else {
            throw UnreadableRow(table: "job")
        }
        number = row["number"]
        id = row["id"]
        account = row["account"]
        request = row["request"]
        clientReference = row["client_reference"]
        upload = row["upload"]
        self.format = format
        wanted = (row["wanted"] as String).split(separator: ",").compactMap { StemName(rawValue: String($0)) }
        reserved = AudioDuration(milliseconds: row["reserved_ms"])
        self.state = state
        progress = row["progress"]
        model = row["model"]
        charged = (row["charged_ms"] as Int64?).map(AudioDuration.init)
        if let code = row["failure_code"] as String? {
            failure = Job.Failure(code: code, detail: row["failure_detail"] ?? "")
        }
        func time(_ column: String) -> WallTime? { (row[column] as Int64?).map(WallTime.init) }
        createdAt = WallTime(milliseconds: row["created_at"])
        startedAt = time("started_at")
        finishedAt = time("finished_at")
        expiresAt = time("expires_at")
        isSwept = row["swept"]
        leases = row["leases"]
        faults = row["faults"]
    }
}

extension StemRecord {
    init(_ row: Row) throws {
        guard let name = StemName(rawValue: row["name"]) else { throw UnreadableRow(table: "stem") }
        self.init(name: name, bytes: row["bytes"], sha256: row["sha256"])
    }
}
