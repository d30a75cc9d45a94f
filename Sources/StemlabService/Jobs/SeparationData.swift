// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform

/// What the separating part keeps of accounts: minutes, uploads, jobs and the audio of both.
struct SeparationData: AccountDataOwner {
    let store: Store
    let storage: any ObjectStorage
    /// Minutes that a new account is given.
    let welcome: AudioDuration
    /// Removes objects, and ends jobs that may still run. For a process beside the service: removing is enough, since a
    /// worker whose job is gone finds that out.
    let ended: @Sendable (_ objects: [ObjectKey], _ jobs: [String]) async throws -> Void
    private let exports = Exports()

    func opened(_ account: String, at now: WallTime, in database: Database) throws {
        guard welcome > .zero else { return }
        try MinuteLedger.grant(welcome, to: account, note: "welcome", at: now, in: database)
    }

    func erasing(_ account: String, in database: Database) throws -> @Sendable () async throws -> Void {
        let objects = try Self.objects(of: account, in: database)
        let jobs = try String.fetchAll(database, sql: "SELECT id FROM job WHERE account = ?", arguments: [account])
        let ended = ended
        return { try await ended(objects, jobs) }
    }

    func archive(of account: String) async throws -> [ArchiveMember] {
        let (tables, objects) = try await store.read { database in
            (
                try ExportedTable.all.map { ArchiveMember($0.name, try $0.json(of: account, in: database)) },
                try Self.objects(of: account, in: database).map { key in
                    (key, try ExportedTable.name(of: key, in: database))
                }
            )
        }
        let turn = try exports.begin(account)
        let storage = storage
        let audio = try await StorageCalls.run { () throws(Failure) in
            var audio: [(name: String, object: ExportedObject)] = []
            for (key, name) in objects {
                let length = try storage.length(of: key)
                // Of an upload nothing may have arrived; what was swept since is gone.
                if length > 0 { audio.append((name, ExportedObject(key, length: length, in: storage, turn))) }
            }
            return audio
        }
        audio.last?.object.isLast()
        return tables
            + audio.map { name, object in
                ArchiveMember(name, size: object.length) { offset in
                    try await StorageCalls.run { () throws(Failure) in try object.read(at: offset) }
                }
            }
    }

    /// What is stored for an account: to be asked for in the transaction that erases it, before that.
    private static func objects(of account: String, in db: Database) throws -> [ObjectKey] {
        let uploads = try String.fetchAll(db, sql: "SELECT id FROM upload WHERE account = ?", arguments: [account])
        let stems = try Row.fetchAll(
            db, sql: "SELECT stem.* FROM stem JOIN job ON job.id = stem.job WHERE job.account = ?",
            arguments: [account])
        return uploads.map(ObjectKey.upload)
            + (try stems.map { .stem($0["job"], try StemRecord($0).name) })
    }
}
