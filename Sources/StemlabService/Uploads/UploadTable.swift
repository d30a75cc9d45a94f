// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI

/// The uploads in the database. Each call belongs into one transaction.
enum UploadTable {
    /// A ticket, and whether it was made now.
    ///
    /// The same content gives the same upload until a job has it, so that a ticket whose answer was lost is never a
    /// second one.
    static func ticket(
        _ order: UploadOrder, for account: String, limits: AccountLimits, at now: WallTime, in db: Database
    ) throws -> (upload: UploadRecord, isNew: Bool) {
        if let known = try Row.fetchOne(
            db, sql: "SELECT * FROM upload WHERE account = ? AND sha256 = ? AND bytes = ? AND state <> 'used'",
            arguments: [account, order.sha256, order.bytes])
        {
            return (try UploadRecord(known), false)
        }
        guard order.bytes <= limits.uploadBytes else {
            throw APIError(
                .limitsUploadBytes, "the account's limit for an upload is \(limits.uploadBytes) bytes"
            ) { $0.limit = limits.uploadBytes }
        }
        let open = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM upload WHERE account = ? AND state <> 'used'", arguments: [account])
        guard open ?? 0 < limits.openUploads else {
            throw APIError(
                .limitsOpenUploads, "\(limits.openUploads) uploads wait for a job: use or delete one first"
            ) { $0.limit = Int64(limits.openUploads) }
        }
        let stored = try stored(for: account, in: db)
        guard order.bytes <= limits.storedBytes - stored else {
            throw APIError(
                .limitsStoredBytes,
                "\(stored) of \(limits.storedBytes) bytes are stored for the account: delete jobs that are done"
            ) { $0.limit = limits.storedBytes }
        }
        let id = Identifier.make(.upload, at: now)
        try db.execute(
            sql: """
                INSERT INTO upload (id, account, bytes, sha256, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, account, order.bytes, order.sha256, now.milliseconds,
                now.advanced(by: UploadRecord.patience).milliseconds,
            ])
        return (try find(id, in: db).unwrapped(), true)
    }

    /// Bytes of all uploads of an account that are there or may still come, whatever job has them.
    private static func stored(for account: String, in db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT sum(bytes) FROM upload WHERE account = ?", arguments: [account]) ?? 0
    }

    /// `nil`: there is no such upload.
    static func find(_ id: String, in db: Database) throws -> UploadRecord? {
        guard Identifier.isWellFormed(id, .upload) else { return nil }
        return try Row.fetchOne(db, sql: "SELECT * FROM upload WHERE id = ?", arguments: [id]).map(UploadRecord.init)
    }

    /// - Throws: `resource.unknown` for one that is not there, and for another's.
    static func find(_ id: String, of account: String, in db: Database) throws -> UploadRecord {
        guard let upload = try find(id, in: db), upload.account == account else { throw APIError.unknown }
        return upload
    }

    /// Newest first.
    /// - Parameter before: only uploads whose number is smaller.
    static func page(of account: String, before: Int64?, limit: Int, in db: Database) throws -> [UploadRecord] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM upload WHERE account = ? AND number < ? ORDER BY number DESC LIMIT ?",
            arguments: [account, before ?? .max, limit]
        ).map(UploadRecord.init)
    }

    /// Has an upload wait from now on, since more of it has arrived.
    static func keep(_ id: String, at now: WallTime, in db: Database) throws {
        try db.execute(
            sql: "UPDATE upload SET expires_at = max(expires_at, ?) WHERE id = ? AND state = 'open'",
            arguments: [now.advanced(by: UploadRecord.patience).milliseconds, id])
    }

    /// Notes that the content was read, and is what was declared.
    static func complete(_ id: String, in db: Database) throws {
        try db.execute(sql: "UPDATE upload SET state = 'complete' WHERE id = ? AND state = 'open'", arguments: [id])
    }

    /// Forgets an upload that no job has. Its object may be removed afterwards.
    static func remove(_ id: String, of account: String, in db: Database) throws {
        let upload = try find(id, of: account, in: db)
        guard upload.state != .used else { throw APIError(.uploadUsed, "a job has this upload: delete the job") }
        try db.execute(sql: "DELETE FROM upload WHERE id = ?", arguments: [id])
    }

    /// Forgets an upload whose job is over without stems, or is deleted: no other job can have it.
    /// Its object may be removed afterwards.
    static func removeUsed(_ id: String?, in db: Database) throws {
        try db.execute(sql: "DELETE FROM upload WHERE id = ?", arguments: [id])
    }
}

extension UploadRecord {
    init(_ row: Row) throws {
        guard let state = Upload.State(rawValue: row["state"]) else { throw UnreadableRow(table: "upload") }
        number = row["number"]
        id = row["id"]
        account = row["account"]
        self.state = state
        bytes = row["bytes"]
        sha256 = row["sha256"]
        createdAt = WallTime(milliseconds: row["created_at"])
        expiresAt = WallTime(milliseconds: row["expires_at"])
    }
}
