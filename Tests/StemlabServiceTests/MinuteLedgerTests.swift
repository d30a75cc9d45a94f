// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

/// Issue 3, part 2: a ledger whose rules hold below all code.
@Suite struct MinuteLedgerTests {
    private static let job = "job_00000000000000000000000001"

    private func ms(_ milliseconds: Int64) -> AudioDuration { AudioDuration(milliseconds: milliseconds) }

    @Test func `minutes go from granted to available to reserved, and from there are spent or come back`() async throws
    {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        try await scene.store.write { db in
            try MinuteLedger.reserve(ms(4000), of: AccountScene.ada, for: Self.job, at: AccountScene.noon, in: db)
        }
        #expect(try await scene.balance() == MinuteBalance(granted: ms(10_000), reserved: ms(4000), spent: ms(0)))
        try await scene.store.write { db in
            try MinuteLedger.settle(
                Self.job, of: AccountScene.ada, reserved: ms(4000), charged: ms(3500), at: AccountScene.noon, in: db)
        }
        let balance = try await scene.balance()
        #expect(balance == MinuteBalance(granted: ms(10_000), reserved: ms(0), spent: ms(3500)))
        #expect(balance.available == ms(6500))
        #expect(try await scene.balance(of: AccountScene.bob) == MinuteBalance())
    }

    /// What somebody might do to the ledger, and the rule that stands against it.
    struct Breach: Sendable, CustomTestStringConvertible {
        var rule: String
        var sql: String
        var testDescription: String { sql }
    }

    private static func insert(
        _ kind: String, _ source: String, _ target: String, _ amount: Int64, job: String? = Self.job,
        account: String = AccountScene.ada
    ) -> String {
        "INSERT INTO movement (account, kind, source, target, amount_ms, job, at) VALUES "
            + "('\(account)', '\(kind)', '\(source)', '\(target)', \(amount), \(job.map { "'\($0)'" } ?? "NULL"), 1)"
    }

    static let breaches = [
        Breach(rule: "TRIGGER movement_never_changes", sql: "UPDATE movement SET amount_ms = 1 WHERE kind = 'reserve'"),
        Breach(rule: "TRIGGER movement_never_goes", sql: "DELETE FROM movement WHERE kind = 'reserve'"),
        Breach(rule: "TRIGGER movement_within_reservation", sql: insert("charge", "reserved", "spent", 4001)),
        Breach(rule: "TRIGGER movement_within_reservation", sql: insert("refund", "reserved", "available", 4001)),
        Breach(
            rule: "TRIGGER movement_within_reservation",
            sql: insert("charge", "reserved", "spent", 1, account: AccountScene.bob)),
        Breach(
            rule: "TRIGGER movement_within_reservation",
            sql: insert("refund", "reserved", "available", 1, job: "job_00000000000000000000000002")),
        Breach(
            rule: "TRIGGER movement_within_balance",
            sql: insert("reserve", "available", "reserved", 6001, job: "job_00000000000000000000000002")),
        Breach(rule: "TRIGGER movement_within_balance", sql: insert("grant", "granted", "available", -6001, job: nil)),
        Breach(rule: "INDEX movement_once", sql: insert("reserve", "available", "reserved", 1)),
    ]

    @Test(arguments: breaches)
    func `a rule of the ledger holds against any statement, and it is that rule that holds`(
        breach: Breach
    ) async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        try await scene.store.write { db in
            try MinuteLedger.reserve(ms(4000), of: AccountScene.ada, for: Self.job, at: AccountScene.noon, in: db)
        }
        await #expect(throws: DatabaseError.self) {
            try await scene.store.write { db in try db.execute(sql: breach.sql) }
        }
        try await scene.store.write { db in
            try db.execute(sql: "DROP \(breach.rule)")
            try db.execute(sql: breach.sql)
        }
    }

    @Test func `a job is charged once, though its reservation would cover it twice`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let charge = Self.insert("charge", "reserved", "spent", 100)
        try await scene.store.write { db in
            try MinuteLedger.reserve(ms(4000), of: AccountScene.ada, for: Self.job, at: AccountScene.noon, in: db)
            try db.execute(sql: charge)
        }
        await #expect(throws: DatabaseError.self) { try await scene.store.write { db in try db.execute(sql: charge) } }
        try await scene.store.write { db in
            try db.execute(sql: "DROP INDEX movement_once")
            try db.execute(sql: charge)
        }
    }

    @Test(arguments: [
        insert("grant", "granted", "spent", 1, job: nil), insert("grant", "available", "granted", 1, job: nil),
        insert("charge", "available", "spent", 1), insert("refund", "spent", "available", 1),
        insert("gift", "granted", "available", 1, job: nil), insert("grant", "granted", "available", 1),
        insert("reserve", "available", "reserved", 1, job: nil), insert("grant", "granted", "available", 0, job: nil),
        insert("charge", "reserved", "spent", -1), insert("charge", "reserved", "spent", 0),
        insert("grant", "granted", "available", 1, job: nil, account: "acc_nobody"),
        insert("grant", "granted", "available", 9_007_199_254_740_992, job: nil),
    ])
    func `minutes move between their books only, in the right direction`(sql: String) async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        try await scene.store.write { db in
            try MinuteLedger.reserve(ms(4000), of: AccountScene.ada, for: Self.job, at: AccountScene.noon, in: db)
        }
        await #expect(throws: DatabaseError.self) { try await scene.store.write { db in try db.execute(sql: sql) } }
    }

    @Test func `movements go with their account, and only with it`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        try await scene.grant(7, to: AccountScene.bob)
        try await scene.store.write { db in
            try db.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [AccountScene.ada])
        }
        let left = try await scene.store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM movement") }
        #expect(left == 1)
    }

    @Test func `a random history never leaves a book below zero, and every book is the sum of its movements`()
        async throws
    {
        let scene = try AccountScene()
        var generator = SeededGenerator(seed: 28)
        for step in 0..<300 {
            let job = "job_" + String(repeating: "0", count: 24) + "\(10 + step % 20)"
            let amount = Int64.random(in: 1...5000, using: &generator)
            let kind = MinuteLedger.Kind.allCases.randomElement(using: &generator) ?? .grant
            let books = [
                "grant": ("granted", "available"), "reserve": ("available", "reserved"),
                "charge": ("reserved", "spent"), "refund": ("reserved", "available"),
            ]
            let (source, target) = books[kind.rawValue] ?? ("", "")
            let sql = Self.insert(kind.rawValue, source, target, amount, job: kind == .grant ? nil : job)
            // Many of them are refused: that is the point.
            try? await scene.store.write { db in try db.execute(sql: sql) }
        }
        let balance = try await scene.balance()
        #expect(balance.available >= .zero && balance.reserved >= .zero && balance.spent >= .zero)
        let entries = try await scene.store.read { db in
            try MinuteStatement.page(of: AccountScene.ada, limit: 1000, in: db)
        }
        #expect(entries.contains { $0.kind == .charge } && entries.contains { $0.kind == .refund })
        #expect(
            balance.spent.milliseconds == entries.filter { $0.kind == .charge }.map(\.amount.milliseconds).reduce(0, +))
    }

    @Test func `the statement comes in pages, newest first, each entry once`() async throws {
        let scene = try AccountScene()
        for amount in 1...7 { try await scene.grant(Int64(amount)) }
        try await scene.grant(99, to: AccountScene.bob)
        var seen: [Int64] = []
        var before: Int64?
        while true {
            let page = try await scene.store.read { [before] db in
                try MinuteStatement.page(of: AccountScene.ada, before: before, limit: 3, in: db)
            }
            seen += page.map(\.amount.milliseconds)
            guard let last = page.last else { break }
            before = last.id
        }
        #expect(seen == [7, 6, 5, 4, 3, 2, 1])
    }

    @Test func `today counts what was reserved or charged for jobs of today, until midnight in UTC`() async throws {
        let scene = try AccountScene()
        try await scene.grant(100_000)
        let noon = AccountScene.noon
        let (ada, jobs) = (AccountScene.ada, (1...3).map { "job_0000000000000000000000000\($0)" })
        try await scene.store.write { db in
            try MinuteLedger.reserve(ms(1000), of: ada, for: jobs[0], at: noon + .seconds(-86_400), in: db)
            try MinuteLedger.reserve(ms(200), of: ada, for: jobs[1], at: noon, in: db)
            try MinuteLedger.reserve(ms(30), of: ada, for: jobs[2], at: noon, in: db)
            try MinuteLedger.settle(jobs[1], of: ada, reserved: ms(200), charged: ms(150), at: noon, in: db)
            try MinuteLedger.settle(jobs[0], of: ada, reserved: ms(1000), charged: ms(900), at: noon, in: db)
        }
        func today(_ now: WallTime) async throws -> AudioDuration {
            try await scene.store.read { db in try MinuteBalance.spentToday(ada, at: now, in: db) }
        }
        #expect(try await today(noon) == ms(180))
        #expect(try await today(noon + .seconds(12 * 3600 - 1)) == ms(180))
        #expect(try await today(noon + .seconds(12 * 3600)) == ms(0))
        #expect(noon.nextDay.rfc3339 == "2026-11-29T00:00:00.000Z")
    }

    @Test func `limits that were set for an account stand before the usual ones, each by itself`() async throws {
        let scene = try AccountScene()
        let usual = AccountLimits(concurrentJobs: 7, openUploads: 8)
        var change = AccountLimits.Change()
        change.concurrentJobs = 3
        var later = AccountLimits.Change()
        later.day = ms(60_000)
        let found = try await scene.store.write { [change, later] db in
            try AccountLimits.set(change, of: AccountScene.ada, in: db)
            try AccountLimits.set(later, of: AccountScene.ada, in: db)
            return try AccountLimits.of(AccountScene.ada, usual: usual, in: db)
        }
        #expect(found.concurrentJobs == 3 && found.openUploads == 8 && found.day == ms(60_000))
        #expect(
            try await scene.store.read { db in try AccountLimits.of(AccountScene.bob, usual: usual, in: db) } == usual)
    }
}
