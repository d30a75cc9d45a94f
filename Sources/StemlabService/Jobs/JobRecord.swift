// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform
import StemlabAPI

/// What the database knows of a job.
struct JobRecord: Hashable, Sendable {
    /// Grows from job to job.
    var number: Int64
    var id: String
    var account: String
    var request: String
    var clientReference: String?
    var upload: String?
    var format: AudioContainer
    var wanted: [StemName]
    var reserved: AudioDuration
    var state: Job.State
    /// 0…100.
    var progress: Int
    var model: String?
    var charged: AudioDuration?
    var failure: Job.Failure?
    var createdAt: WallTime
    var startedAt: WallTime?
    var finishedAt: WallTime?
    var expiresAt: WallTime?
    var isSwept: Bool
    /// How often it was begun.
    var leases: Int
    /// How often that ended in a fault of ours.
    var faults: Int

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

/// One stem that is there.
struct StemRecord: Hashable, Sendable {
    var name: StemName
    var bytes: Int64
    /// In hexadecimal.
    var sha256: String

    init(name: StemName, bytes: Int64, sha256: String) {
        self.name = name
        self.bytes = bytes
        self.sha256 = sha256
    }

    init(_ row: Row) throws {
        guard let name = StemName(rawValue: row["name"]) else { throw UnreadableRow(table: "stem") }
        self.init(name: name, bytes: row["bytes"], sha256: row["sha256"])
    }
}
