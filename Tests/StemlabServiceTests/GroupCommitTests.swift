// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import Synchronization
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

@Suite(.timeLimit(.minutes(1))) struct GroupCommitTests {
    private struct Refused: Error, Equatable { var number: Int }

    /// Counts what is put on disk.
    private final class Commits: TransactionObserver, Sendable {
        let count = Atomic<Int>(0)
        func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
        func databaseDidChange(with event: DatabaseEvent) {}
        func databaseDidCommit(_ db: Database) { count.add(1, ordering: .relaxed) }
        func databaseDidRollback(_ db: Database) {}
    }

    /// A table of numbers, which takes everything back when it is given a negative one, as SQLite does when the disk is
    /// full.
    private struct Scene {
        let directory = TemporaryDirectory()
        let pool: DatabasePool
        let group: GroupCommit

        init() throws {
            pool = try DatabasePool(path: directory("numbers.db").string)
            try pool.write { db in
                try db.execute(
                    sql: """
                        CREATE TABLE number (value INTEGER NOT NULL UNIQUE) STRICT;
                        CREATE TRIGGER full AFTER INSERT ON number WHEN NEW.value < 0
                            BEGIN SELECT RAISE(ROLLBACK, 'full'); END;
                        """)
            }
            group = GroupCommit(pool)
        }

        var numbers: [Int] {
            get throws { try pool.read { try Int.fetchAll($0, sql: "SELECT value FROM number ORDER BY value") } }
        }

        /// Asks for all of them while the database is busy, so that they wait together; the odd ones throw after
        /// writing.
        /// - Returns: how each ended, in the same order.
        func write(_ values: [Int]) async throws -> [Result<Int, any Error>] {
            let (reader, writer) = try FileDescriptor.pipe()
            return try await withThrowingTaskGroup(of: (Int, Result<Int, any Error>).self) { tasks in
                // Keeps the database busy until the other end is closed.
                pool.asyncWriteWithoutTransaction { _ in
                    var byte: UInt8 = 0
                    let count = try? withUnsafeMutableBytes(of: &byte) { try reader.read(into: $0) }
                    #expect(count == 0)
                }
                for (place, value) in values.enumerated() {
                    tasks.addTask {
                        do { return (place, .success(try await one(value))) } catch { return (place, .failure(error)) }
                    }
                }
                while group.count < values.count { await Task.yield() }
                try writer.close()
                var ended = [Result<Int, any Error>?](repeating: nil, count: values.count)
                for try await (place, outcome) in tasks { ended[place] = outcome }
                try reader.close()
                return ended.compactMap(\.self)
            }
        }

        private func one(_ value: Int) async throws -> Int {
            try await group.write { db in
                try db.execute(sql: "INSERT INTO number VALUES (?)", arguments: [value])
                if value % 2 == 1 { throw Refused(number: value) }
                return value
            }
        }
    }

    @Test func `who waits together is put on disk together, and what one throws takes back that one alone`()
        async throws
    {
        let scene = try Scene()
        let commits = Commits()
        scene.pool.add(transactionObserver: commits)
        let ended = try await scene.write(Array(0..<40))
        for (number, outcome) in ended.enumerated() {
            switch outcome {
            case .success(let value): #expect(value == number && number % 2 == 0)
            case .failure(let error): #expect(error as? Refused == Refused(number: number) && number % 2 == 1)
            }
        }
        #expect(try scene.numbers == Array(stride(from: 0, to: 40, by: 2)))
        #expect(commits.count.load(ordering: .relaxed) == 1)
    }

    @Test func `a transaction that SQLite takes back has failed for all that share it, and the next goes on`()
        async throws
    {
        let scene = try Scene()
        let ended = try await scene.write([2, 4, -6, 8])
        for outcome in ended {
            #expect(throws: DatabaseError.self) { try outcome.get() }
        }
        #expect(try scene.numbers.isEmpty)
        #expect(try await scene.write([2, 4]).map { try $0.get() } == [2, 4])
        #expect(try scene.numbers == [2, 4])
    }
}
