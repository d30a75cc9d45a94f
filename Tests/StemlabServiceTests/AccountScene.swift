// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform
import StemlabAPI
import TestKit

@testable import StemlabService

/// A database with accounts that are no more than a name, and what the service keeps for them.
struct AccountScene: Sendable {
    let directory = TemporaryDirectory()
    let store: Store

    static let ada = "acc_00000000000000000000000ada"
    static let bob = "acc_00000000000000000000000bob"
    /// 2026-11-28T12:00:00Z.
    static let noon = WallTime(milliseconds: 1_795_867_200_000)

    init() throws {
        let accounts = Migration("accounts") { db in
            try db.execute(sql: "CREATE TABLE account (id TEXT PRIMARY KEY) STRICT")
            for id in [Self.ada, Self.bob] { try db.execute(sql: "INSERT INTO account VALUES (?)", arguments: [id]) }
        }
        store = try Store(directory("stemlab.sqlite"), migrations: [accounts] + SeparationService.migrations)
    }

    /// Who asks, with a token of that account.
    static func holder(of account: String = ada) -> Principal {
        Principal(account: account, token: "tok", kind: .personal, scopes: [.jobsRead, .jobsWrite])
    }

    func grant(_ milliseconds: Int64, to account: String = ada) async throws {
        try await store.write { db in
            try MinuteLedger.grant(
                AudioDuration(milliseconds: milliseconds), to: account, note: nil, at: Self.noon, in: db)
        }
    }

    func balance(of account: String = ada) async throws -> MinuteBalance {
        try await store.read { db in try MinuteBalance.of(account, in: db) }
    }

    /// An upload that has been checked, of which no byte is stored.
    func upload(of account: String = ada, _ name: Int = 0) async throws -> String {
        try await store.write { db in
            let hex = String(repeating: "0", count: 56) + String(name + 0x1000_0000, radix: 16)
            let limits = AccountLimits(openUploads: 10_000)
            let ticket = try UploadTable.ticket(
                .init(bytes: 1, sha256: hex), for: account, limits: limits, at: Self.noon, in: db)
            try UploadTable.complete(ticket.upload.id, in: db)
            return ticket.upload.id
        }
    }

    /// A job in the queue.
    @discardableResult
    func job(
        of account: String = ada, _ name: Int = 0, milliseconds: Int64 = 1000, at now: WallTime = noon
    ) async throws -> JobRecord {
        let upload = try await upload(of: account, name)
        return try await store.write { db in
            try admission.admit(order(upload, name, milliseconds), for: account, at: now, in: db).job.job
        }
    }

    func order(_ upload: String, _ name: Int = 0, _ milliseconds: Int64 = 1000) -> JobAdmission.Order {
        JobAdmission.Order(
            key: "key-of-\(name)", upload: upload, duration: AudioDuration(milliseconds: milliseconds), stems: nil,
            format: .wav, clientReference: "song-\(name)")
    }

    var admission: JobAdmission {
        JobAdmission(usualLimits: AccountLimits(concurrentJobs: 100_000), stems: StemName.standard)
    }

    func lease(at now: WallTime = noon) async throws -> JobQueue.Lease? {
        try await store.write { db in try JobQueue.lease(at: now, in: db) }
    }

    func record(_ job: String) async throws -> JobRecord? {
        try await store.read { db in try JobTable.find(job, in: db) }
    }
}

extension WallTime {
    static func + (time: WallTime, duration: Duration) -> WallTime { time.advanced(by: duration) }
}
