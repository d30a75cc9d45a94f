// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import GRDB
public import Platform

/// What the separating part keeps of accounts: minutes, uploads, jobs and the audio of both.
public struct SeparationData: AccountDataOwner {
    private let store: Store
    private let storage: any ObjectStorage
    private let welcome: AudioDuration
    private let ended: @Sendable ([ObjectKey], [String]) async throws -> Void
    private let exports = Exports()

    /// - Parameters:
    ///   - welcome: minutes that a new account is given.
    ///   - ended: removes objects, and ends jobs that may still run. For a process beside the service: removing is enough, since
    ///     a worker whose job is gone finds that out.
    public init(
        store: Store, storage: any ObjectStorage, welcome: AudioDuration,
        ended: @escaping @Sendable (_ objects: [ObjectKey], _ jobs: [String]) async throws -> Void
    ) {
        self.store = store
        self.storage = storage
        self.welcome = welcome
        self.ended = ended
    }

    public func opened(_ account: String, at now: WallTime, in database: Database) throws {
        guard welcome > .zero else { return }
        try MinuteLedger.grant(welcome, to: account, note: "welcome", at: now, in: database)
    }

    public func erasing(_ account: String, in database: Database) throws -> @Sendable () async throws -> Void {
        let objects = try SeparationService.objects(of: account, in: database)
        let jobs = try String.fetchAll(database, sql: "SELECT id FROM job WHERE account = ?", arguments: [account])
        let ended = ended
        return { try await ended(objects, jobs) }
    }

    public func archive(of account: String) async throws -> [ArchiveMember] {
        let (tables, objects) = try await store.read { database in
            (
                try ExportedTable.all.map { ArchiveMember($0.name, try $0.json(of: account, in: database)) },
                try SeparationService.objects(of: account, in: database).map { key in
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
}
