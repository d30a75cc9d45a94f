// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform

/// A table as an export has it: the account's rows, each column by its name. Times are written out; what is NULL is
/// left out.
struct ExportedTable: Sendable {
    let name: String
    let sql: String

    static let all = [
        Self(
            name: "minutes.json",
            sql: "SELECT id, kind, amount_ms, job, note, at FROM movement WHERE account = ? ORDER BY id"),
        Self(
            name: "uploads.json",
            sql: "SELECT id, state, bytes, sha256, created_at, expires_at FROM upload WHERE account = ? ORDER BY number"
        ),
        Self(
            name: "jobs.json",
            sql: """
                SELECT id, client_reference, upload, format, wanted, state, progress AS progress_percent, model,
                    reserved_ms, charged_ms, failure_code, failure_detail, created_at, started_at, finished_at, expires_at,
                    (SELECT group_concat(name || ' ' || sha256, ', ') FROM stem WHERE stem.job = job.id) AS stems
                FROM job WHERE account = ? ORDER BY number
                """),
    ]

    func json(of account: String, in database: Database) throws -> [UInt8] {
        let rows = try Row.fetchAll(database, sql: sql, arguments: [account])
        return JSONValue.array(rows.map { .object(Self.members($0)) }).bytes(indented: true)
    }

    private static func members(_ row: Row) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for (column, value) in row {
            switch value.storage {
            case .int64(let number):
                let isTime = column == "at" || column.hasSuffix("_at")
                members[column] = isTime ? .string(WallTime(milliseconds: number).rfc3339) : .int(number)
            case .string(let text): members[column] = .string(text)
            case .double(let number): members[column] = .double(number)
            case .blob, .null: break
            }
        }
        return members
    }

    /// Where an object's audio is in the archive.
    static func name(of key: ObjectKey, in database: Database) throws -> String {
        switch key {
        case .upload(let id): return "uploads/\(id)"
        case .stem(let job, let name):
            let format =
                try String.fetchOne(database, sql: "SELECT format FROM job WHERE id = ?", arguments: [job]) ?? "wav"
            return "stems/\(job)/\(name.rawValue).\(format)"
        }
    }
}
