// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Logging
import Platform
import SystemPackage

/// The service's database: one SQLite file, one writer, any number of readers.
///
/// Every decision is one ``write(_:)``: it is on disk before that returns, or has not happened. Both calls wait on
/// queues of GRDB's own, never on the cooperative pool. Decisions that wait at the same time share a commit
/// (``GroupCommit``).
final class Store: Sendable {
    let path: FilePath
    private let pool: DatabasePool
    let commits: GroupCommit
    private let diskReserve: DiskReserve?

    /// Opens `path`, made if it is not there, and brings its schema up to date. Blocks on the disk.
    /// - Parameter diskReserve: bytes that are kept beside it for when the disk is full; 0: none.
    /// - Throws: `system.io` when it cannot be opened, or is of a later version.
    init(_ path: FilePath, migrations: [Migration], diskReserve: Int64 = 0) throws(Failure) {
        self.path = path
        self.diskReserve = diskReserve > 0 ? DiskReserve(beside: path, bytes: diskReserve) : nil
        // For the service's user alone: SQLite gives the files beside it the permissions of this one.
        try Failure.translating("making", path) {
            let options: FileDescriptor.OpenOptions = [.create, .closeOnExec]
            try FileDescriptor.open(path, .readWrite, options: options, permissions: .ownerReadWrite).close()
        }
        do {
            pool = try DatabasePool(path: path.string, configuration: Self.configuration)
            // GRDB lowers it to NORMAL for WAL, which loses the last transactions with the power.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            var migrator = DatabaseMigrator()
            for migration in migrations { migrator.registerMigration(migration.name, migrate: migration.apply) }
            guard try pool.read({ try !migrator.hasBeenSuperseded($0) }) else {
                throw Failure(
                    .systemUnsupported, "the database \(Printable(path)) is of a later version of stemlab",
                    hint: "run that version, or restore a backup made before it", remedy: .stop)
            }
            try migrator.migrate(pool)
            commits = GroupCommit(pool)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Self.failure(error, "opening the database \(Printable(path))")
        }
    }

    private static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.label = "stemlab"
        configuration.foreignKeysEnabled = true
        // Commands open the database beside the server: each waits for the other's transaction.
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            // What is erased is overwritten, not only forgotten.
            try database.execute(sql: "PRAGMA secure_delete = ON")
        }
        return configuration
    }

    /// Reads one state of the database, whatever is written meanwhile.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await pool.read(body)
    }

    /// One transaction: all of it happens, or nothing. What `body` throws takes it back.
    ///
    /// On a disk that is full the reserve goes, and `body` is called once more: nothing that would free space can do
    /// without writing that down first, nor can who would have it done sign in.
    func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        do {
            return try await commits.write(body)
        } catch let error as DatabaseError where Self.isFull(error) {
            guard let diskReserve else { throw error }
            try await BlockingPool.shared.run { () throws(Failure) in try diskReserve.release() }
            return try await commits.write(body)
        }
    }

    /// Puts the reserve (back) where it belongs, once there is plenty of room.
    /// - Returns: whether it is there.
    func keepReserve() async throws -> Bool {
        guard let diskReserve else { return false }
        return try await BlockingPool.shared.run { () throws(Failure) in try diskReserve.keep() }
    }

    /// Moves what the log holds into the database and empties the log, so that what was erased is in neither.
    func truncateLog() async throws {
        try await pool.writeWithoutTransaction { database in
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Writes a whole copy to `file`, which must not be there yet, while the service goes on.
    func copy(to file: FilePath) async throws {
        try await pool.vacuum(into: file.string)
    }

    /// An error of SQLite as a failure, without any value of the statement.
    static func failure(_ error: any Error, _ doing: String) -> Failure {
        guard let error = error as? DatabaseError else {
            return Failure(.systemIO, "\(doing) failed", remedy: .retry(after: nil))
        }
        let reason = "SQLite \(error.extendedResultCode.rawValue): \(error.resultCode)"
        if isFull(error) {
            return Failure(
                .outputFull, "\(doing) failed (\(reason))", hint: "free some space", remedy: .retry(after: nil))
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return Failure(.systemLimit, "\(doing) waited too long (\(reason))", remedy: .retry(after: nil))
        default: return Failure(.systemIO, "\(doing) failed (\(reason))", remedy: .retry(after: nil))
        }
    }

    /// Also when the file through which processes share the log cannot grow.
    private static func isFull(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    }
}

extension Logger {
    /// Logs what kept a loop from its work, such as a full disk.
    func report(_ error: any Error, _ doing: String) {
        let failure = (error as? Failure) ?? Store.failure(error, doing)
        self.error("\(failure.message)", metadata: ["code": "\(failure.code.rawValue)"])
    }
}
