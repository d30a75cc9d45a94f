// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

/// Issue 3, part 3.
@Suite struct JobQueueTests {
    private let noon = AccountScene.noon
    private let stems = [StemRecord(name: .vocals, bytes: 5, sha256: String(repeating: "a", count: 64))]

    private func succeed(
        _ scene: AccountScene, _ lease: JobQueue.Lease, milliseconds: Int64 = 900, at now: WallTime = AccountScene.noon
    ) async throws -> Bool {
        try await scene.store.write { [stems] db in
            try JobQueue.succeed(
                lease, stems: stems, decoded: AudioDuration(milliseconds: milliseconds), model: "m", at: now, in: db)
        }
    }

    @Test func `a job that is done is charged by what was decoded, and the rest comes back`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job(milliseconds: 1000)
        #expect(job.state == .queued)
        #expect(try await scene.balance().reserved.milliseconds == 1000)
        let lease = try #require(try await scene.lease())
        #expect(lease.job.id == job.id && lease.job.state == .running)
        #expect(try await scene.lease() == nil)
        #expect(try await succeed(scene, lease))
        let balance = try await scene.balance()
        #expect(
            balance.spent.milliseconds == 900 && balance.reserved == .zero && balance.available.milliseconds == 9100)
        let found = try await scene.store.read { db in try JobTable.find(job.id, of: AccountScene.ada, in: db) }
        #expect(found.job.state == .succeeded && found.job.charged?.milliseconds == 900 && found.stems == stems)
        #expect(found.job.expiresAt == noon + .seconds(2 * 86_400))
    }

    @Test func `a worker that is silent for a minute loses its job, which is done again and charged once`() async throws
    {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        try await scene.job()
        let first = try #require(try await scene.lease())
        #expect(try await scene.lease(at: noon + .seconds(59)) == nil)
        let second = try #require(try await scene.lease(at: noon + .seconds(60)))
        #expect(second.job.id == first.job.id && second.token != first.token)
        #expect(try await succeed(scene, first) == false)
        #expect(try await scene.balance().spent == .zero)
        #expect(try await succeed(scene, second))
        #expect(try await succeed(scene, second) == false)
        #expect(try await succeed(scene, first) == false)
        #expect(try await scene.balance().spent.milliseconds == 900)
    }

    @Test func `a lease that is renewed lasts, and tells how far the job is`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job()
        let lease = try #require(try await scene.lease())
        let renewed = try await scene.store.write { [noon] db in
            try JobQueue.renew(lease, progress: 40, at: noon + .seconds(50), in: db)
        }
        #expect(renewed)
        #expect(try await scene.lease(at: noon + .seconds(109)) == nil)
        #expect(try await scene.record(job.id)?.progress == 40)
        #expect(try await scene.lease(at: noon + .seconds(110)) != nil)
        let late = try await scene.store.write { [noon] db in
            try JobQueue.renew(lease, progress: 50, at: noon + .seconds(111), in: db)
        }
        #expect(!late)
    }

    @Test func `after a fault of ours a job is tried again a little later, three times in all, then costs nothing`()
        async throws
    {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job()
        var now = noon
        for fault in 1...JobQueue.faultLimit {
            let lease = try #require(try await scene.lease(at: now), "try \(fault)")
            let isOurs = try await scene.store.write { [now] db in
                try JobQueue.fault(lease, .init(code: "compute.failed", detail: "it broke"), at: now, in: db)
            }
            #expect(isOurs)
            if fault < JobQueue.faultLimit { #expect(try await scene.lease(at: now + .seconds(4)) == nil) }
            now = now + .seconds(60)
        }
        let ended = try #require(try await scene.record(job.id))
        #expect(ended.state == .failed && ended.charged == .zero)
        // What broke may name a path of the server.
        #expect(ended.failure == .init(code: "compute.failed", detail: "the service could not separate it"))
        let balance = try await scene.balance()
        #expect(balance.available.milliseconds == 10_000 && balance.spent == .zero)
        #expect(try await scene.lease(at: now + .seconds(3600)) == nil)
    }

    @Test func `a job that takes every worker down with it ends as well`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job()
        for _ in 0..<JobQueue.leaseLimit {
            #expect(try await scene.lease() != nil)
            try await scene.store.write { [noon] db in _ = try JobQueue.takeBackAll(at: noon, in: db) }
        }
        #expect(try await scene.record(job.id)?.state == .failed)
        #expect(try await scene.balance().available.milliseconds == 10_000)
    }

    @Test func `cancelling gives back everything, and beats a worker that ends later`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job()
        let lease = try #require(try await scene.lease())
        for _ in 1...2 {
            let cancelled = try await scene.store.write { [noon] db in
                try JobTable.cancel(job.id, of: AccountScene.ada, at: noon, in: db)
            }
            #expect(cancelled.job.state == .cancelled && cancelled.job.charged == .zero)
        }
        #expect(try await succeed(scene, lease) == false)
        let stillHeld = try await scene.store.write { [noon] db in
            try JobQueue.renew(lease, progress: 1, at: noon, in: db)
        }
        #expect(!stillHeld)
        #expect(try await scene.balance().available.milliseconds == 10_000)
    }

    @Test func `cancelling what is done comes too late`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job()
        #expect(try await succeed(scene, #require(try await scene.lease())))
        let refusal = await #expect(throws: APIError.self) {
            try await scene.store.write { [noon] db in
                try JobTable.cancel(job.id, of: AccountScene.ada, at: noon, in: db)
            }
        }
        #expect(refusal?.problem.code == "job.over")
        #expect(try await scene.balance().spent.milliseconds == 900)
    }

    @Test func `who queues a hundred jobs delays another's first by one, not by a hundred`() async throws {
        let scene = try AccountScene()
        try await scene.grant(1_000_000)
        try await scene.grant(1_000_000, to: AccountScene.bob)
        for name in 0..<100 { try await scene.job(name) }
        _ = try await scene.lease()
        for name in 0..<3 { try await scene.job(of: AccountScene.bob, name) }
        var order: [String] = []
        for _ in 0..<6 { order.append(try #require(try await scene.lease()).job.account) }
        #expect(order.prefix(2).contains(AccountScene.bob))
        #expect(order.filter { $0 == AccountScene.bob }.count == 3)
    }

    @Test func `an account's share is of audio, not of jobs`() async throws {
        let scene = try AccountScene()
        try await scene.grant(100_000_000)
        try await scene.grant(100_000_000, to: AccountScene.bob)
        for name in 0..<20 { try await scene.job(name, milliseconds: 600_000) }
        for name in 0..<200 { try await scene.job(of: AccountScene.bob, name, milliseconds: 60_000) }
        var audio: [String: Int64] = [:]
        for _ in 0..<60 {
            let job = try #require(try await scene.lease()).job
            audio[job.account, default: 0] += job.reserved.milliseconds
        }
        let ratio = Double(audio[AccountScene.ada] ?? 0) / Double(audio[AccountScene.bob] ?? 1)
        #expect((0.8...1.25).contains(ratio), "\(audio)")
    }

    @Test func `who was away has saved nothing up, and who cancelled is not put behind for it`() async throws {
        let scene = try AccountScene()
        try await scene.grant(100_000_000)
        try await scene.grant(100_000_000, to: AccountScene.bob)
        for name in 0..<50 {
            try await scene.job(name, milliseconds: 60_000)
            _ = try await scene.lease()
        }
        // Ada's clock is far on; Bob comes for the first time, and both queue.
        for name in 0..<10 {
            try await scene.job(of: AccountScene.bob, name, milliseconds: 60_000)
            try await scene.job(100 + name, milliseconds: 60_000)
        }
        var order: [String] = []
        for _ in 0..<10 { order.append(try #require(try await scene.lease()).job.account) }
        #expect((4...6).contains(order.filter { $0 == AccountScene.bob }.count), "\(order)")

        let idle = try AccountScene()
        try await idle.grant(100_000_000)
        try await idle.grant(100_000_000, to: AccountScene.bob)
        for name in 0..<50 {
            let job = try await idle.job(name, milliseconds: 60_000)
            _ = try await idle.store.write { [noon] db in
                try JobTable.cancel(job.id, of: AccountScene.ada, at: noon, in: db)
            }
        }
        for name in 0..<5 { try await idle.job(of: AccountScene.bob, name, milliseconds: 60_000) }
        let again = try await idle.job(99, milliseconds: 60_000)
        var place = 0
        while try #require(try await idle.lease()).job.id != again.id { place += 1 }
        #expect(place <= 1)
    }

    @Test func `a clock that is set back keeps no job waiting, neither new ones nor those after a fault`() async throws
    {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job()
        let yesterday = noon + .seconds(-86_400)
        let lease = try #require(try await scene.lease(at: yesterday))
        #expect(lease.job.id == job.id)
        _ = try await scene.store.write { [noon] db in
            try JobQueue.fault(lease, .init(code: "compute.failed", detail: "it broke"), at: noon, in: db)
        }
        // Within the longest pause nobody can tell, and it is waited for.
        #expect(try await scene.lease(at: noon + .seconds(4)) == nil)
        #expect(try await scene.lease(at: noon + .seconds(-1)) == nil)
        #expect(try await scene.lease(at: yesterday)?.job.id == job.id)
    }

    @Test func `a lease from before the clock was set back ends, and one that a clock put right by a little does not`()
        async throws
    {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job()
        #expect(try await scene.lease() != nil)
        #expect(try await scene.lease(at: noon + .seconds(-30)) == nil)
        #expect(try await scene.lease(at: noon + .seconds(-3600))?.job.id == job.id)
    }

    @Test func `the next moment is when a pause or a lease ends`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        #expect(try await scene.store.read { db in try JobQueue.nextStart(in: db) } == nil)
        try await scene.job()
        let lease = try #require(try await scene.lease())
        #expect(try await scene.store.read { db in try JobQueue.nextStart(in: db) } == noon + .seconds(60))
        _ = try await scene.store.write { [noon] db in
            try JobQueue.fault(lease, .init(code: "compute.failed", detail: "it broke"), at: noon, in: db)
        }
        #expect(try await scene.store.read { db in try JobQueue.nextStart(in: db) } == noon + .seconds(5))
    }
}
