// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct BalanceSnapshotTests {
    private static func job(_ number: Int) -> String { "job_" + String(10_000_000_000_000_000 + number) + "0000000000" }
    private func ms(_ milliseconds: Int64) -> AudioDuration { AudioDuration(milliseconds: milliseconds) }

    /// So many jobs, of a second each, of which every third is given back; the last one is under way.
    private func history(_ jobs: Int, in scene: AccountScene) async throws {
        try await scene.grant(10_000_000)
        try await scene.store.write { db in
            for number in 1...jobs {
                try MinuteLedger.reserve(
                    ms(1000), of: AccountScene.ada, for: Self.job(number), at: AccountScene.noon, in: db)
                guard number < jobs else { return }
                try MinuteLedger.settle(
                    Self.job(number), of: AccountScene.ada, reserved: ms(1000),
                    charged: number % 3 == 0 ? .zero : ms(700), at: AccountScene.noon, in: db)
            }
        }
    }

    @Test func `a balance of many movements is the sum of them all, and few of them are added up`() async throws {
        let scene = try AccountScene()
        try await history(1000, in: scene)
        let charged = Int64(999 - 333) * 700
        #expect(
            try await scene.balance() == MinuteBalance(granted: ms(10_000_000), reserved: ms(1000), spent: ms(charged)))
        let (all, since) = try await scene.store.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM movement") ?? 0,
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM movement WHERE id > (SELECT movement FROM closing)") ?? 0
            )
        }
        #expect(all > 2500)
        #expect(since <= BalanceSnapshot.interval)
    }

    @Test func `no more is reserved or taken back than is there, closed or not`() async throws {
        let scene = try AccountScene()
        try await history(1000, in: scene)
        let left = try await scene.balance().available
        await #expect(throws: DatabaseError.self) {
            try await scene.store.write { db in
                try MinuteLedger.reserve(
                    left + ms(1), of: AccountScene.ada, for: Self.job(5000), at: AccountScene.noon, in: db)
            }
        }
        await #expect(throws: DatabaseError.self) { try await scene.grant(-left.milliseconds - 1) }
        try await scene.grant(-left.milliseconds)
        #expect(try await scene.balance().available == .zero)
    }

    @Test(arguments: [
        // The sums of the two movements there are would be 10000 and 4000.
        "INSERT INTO closing VALUES ('\(AccountScene.ada)', 2, 10001, 4000, 0, 0)",
        "INSERT INTO closing VALUES ('\(AccountScene.ada)', 2, 10000, 3999, 0, 0)",
        "INSERT INTO closing VALUES ('\(AccountScene.ada)', 2, 10000, 4000, 1, 0)",
        "INSERT INTO closing VALUES ('\(AccountScene.ada)', 1, 10000, 4000, 0, 0)",
        "INSERT INTO closing VALUES ('\(AccountScene.bob)', 2, 10000, 4000, 0, 0)",
    ])
    func `a closing that is not the sum of its movements is not taken`(sql: String) async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        try await scene.store.write { db in
            try MinuteLedger.reserve(ms(4000), of: AccountScene.ada, for: Self.job(1), at: AccountScene.noon, in: db)
        }
        let right = "INSERT INTO closing VALUES ('\(AccountScene.ada)', 2, 10000, 4000, 0, 0)"
        try await scene.store.write { db in try db.execute(sql: right) }
        await #expect(throws: DatabaseError.self) {
            try await scene.store.write { db in try db.execute(sql: "UPDATE closing SET granted_ms = 10001") }
        }
        try await scene.store.write { db in try db.execute(sql: "DELETE FROM closing") }
        await #expect(throws: DatabaseError.self) { try await scene.store.write { db in try db.execute(sql: sql) } }
    }

    @Test func `a closing goes with its account`() async throws {
        let scene = try AccountScene()
        try await history(300, in: scene)
        let closings = try await scene.store.write { db in
            let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM closing")
            try db.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [AccountScene.ada])
            return [before, try Int.fetchOne(db, sql: "SELECT count(*) FROM closing")]
        }
        #expect(closings == [1, 0])
    }
}
