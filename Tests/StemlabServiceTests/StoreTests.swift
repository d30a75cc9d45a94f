// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

@Suite struct StoreTests {
    private static let things = Migration("things") { database in
        try database.execute(sql: "CREATE TABLE thing (name TEXT NOT NULL) STRICT")
    }

    @Test func `a transaction is on disk before it is acknowledged, and what is erased is overwritten`() async throws {
        let directory = TemporaryDirectory()
        let store = try Store(directory("stemlab.db"), migrations: [Self.things])
        let pragmas = try await store.write { database in
            try ["synchronous", "journal_mode", "foreign_keys", "secure_delete"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)") ?? ""
            }
        }
        // FULL is 2.
        #expect(pragmas == ["2", "wal", "1", "1"])
    }

    @Test func `the database and what stands beside it are closed to other users`() async throws {
        let directory = TemporaryDirectory()
        let store = try Store(directory("stemlab.db"), migrations: [Self.things])
        try await store.write { try $0.execute(sql: "INSERT INTO thing VALUES ('one')") }
        let listing = try DirectoryListing.entries(of: directory.path)
        #expect(listing.count >= 2)
        for entry in listing {
            let status = try #require(try FileStatus.at(directory.path.appending(entry.name)))
            #expect(status.mode & 0o077 == 0, "\(entry.name)")
        }
    }

    @Test func `a step of the schema is taken once, and what was written stays`() async throws {
        let directory = TemporaryDirectory()
        do {
            let store = try Store(directory("stemlab.db"), migrations: [Self.things])
            try await store.write { try $0.execute(sql: "INSERT INTO thing VALUES ('one')") }
        }
        let more = Migration("more") { try $0.execute(sql: "ALTER TABLE thing ADD COLUMN size INTEGER") }
        let store = try Store(directory("stemlab.db"), migrations: [Self.things, more])
        #expect(try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM thing") } == 1)
    }

    @Test func `a database of a later version is not opened`() throws {
        let directory = TemporaryDirectory()
        let later = Migration("later") { _ in }
        do { _ = try Store(directory("stemlab.db"), migrations: [Self.things, later]) }
        #expect(throws: Failure.self) { try Store(directory("stemlab.db"), migrations: [Self.things]) }
    }

    @Test func `what throws in the middle of a transaction leaves nothing behind`() async throws {
        let directory = TemporaryDirectory()
        let store = try Store(directory("stemlab.db"), migrations: [Self.things])
        await #expect(throws: APIError.self) {
            try await store.write { database in
                try database.execute(sql: "INSERT INTO thing VALUES ('half')")
                throw APIError.unknown
            }
        }
        #expect(try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM thing") } == 0)
    }

    @Test func `on a disk that is full the reserve goes, so that what frees space can be written down`()
        async throws
    {
        let directory = TemporaryDirectory()
        let store = try Store(directory("stemlab.db"), migrations: [Self.things], diskReserve: 1 << 20)
        let reserve = directory("stemlab.db-ballast")
        #expect(try await store.keepReserve())
        let status = try #require(try FileStatus.at(reserve))
        #expect(status.identity.size == 1 << 20 && status.mode & 0o077 == 0)
        let tries = Box(0)
        try await store.write { database in
            try database.execute(sql: "INSERT INTO thing VALUES ('one')")
            tries.value += 1
            if try FileStatus.at(reserve) != nil { throw DatabaseError(resultCode: .SQLITE_FULL) }
        }
        #expect(tries.value == 2)
        #expect(try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM thing") } == 1)
        // One that is thrown out already helps no more.
        let full = await #expect(throws: DatabaseError.self) {
            try await store.write { _ in throw DatabaseError(resultCode: .SQLITE_FULL) }
        }
        #expect(full?.resultCode == .SQLITE_FULL)
        #expect(try await store.keepReserve())
        #expect(try FileStatus.at(reserve) != nil)
    }
}
