// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct JobAdmissionTests {
    private let noon = AccountScene.noon

    private func admit(
        _ order: JobAdmission.Order, _ limits: AccountLimits = AccountLimits(), of account: String = AccountScene.ada,
        in scene: AccountScene
    ) async throws -> (job: JobTable.Standing, isNew: Bool) {
        let admission = JobAdmission(usualLimits: limits, stems: StemName.standard)
        return try await scene.store.write { [noon] db in try admission.admit(order, for: account, at: noon, in: db) }
    }

    private func refusal(
        _ order: JobAdmission.Order, _ limits: AccountLimits = AccountLimits(), of account: String = AccountScene.ada,
        in scene: AccountScene
    ) async throws -> Problem {
        let before = try await scene.balance(of: account)
        let refusal = await #expect(throws: APIError.self) { try await admit(order, limits, of: account, in: scene) }
        // Nothing of a job that is refused stays.
        #expect(try await scene.balance(of: account) == before)
        return try #require(refusal).problem
    }

    @Test func `the same key with the same order is the same job, reserved once`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let order = scene.order(try await scene.upload())
        let first = try await admit(order, in: scene)
        let second = try await admit(order, in: scene)
        #expect(first.isNew && !second.isNew)
        #expect(first.job == second.job)
        #expect(try await scene.balance().reserved.milliseconds == 1000)
    }

    @Test func `the same key with another order is refused, member by member`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let order = scene.order(try await scene.upload())
        _ = try await admit(order, in: scene)
        var others = [JobAdmission.Order](repeating: order, count: 5)
        others[0].duration = AudioDuration(milliseconds: 1001)
        others[1].format = .flac
        others[2].stems = ["vocals"]
        others[3].clientReference = nil
        others[4].upload = try await scene.upload(1)
        for other in others {
            #expect(try await refusal(other, in: scene).code == "idempotency.conflict")
        }
        // A key is its account's own.
        try await scene.grant(10_000, to: AccountScene.bob)
        let bobs = scene.order(try await scene.upload(of: AccountScene.bob))
        #expect(try await admit(bobs, of: AccountScene.bob, in: scene).isNew)
    }

    @Test func `the key of a job that was deleted never makes another`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let order = scene.order(try await scene.upload())
        let job = try await admit(order, in: scene).job.job
        let objects = try await scene.store.write { [noon] db in
            try JobTable.delete(job.id, of: AccountScene.ada, at: noon, in: db)
        }
        #expect(objects == [.upload(order.upload)])
        #expect(try await refusal(order, in: scene).code == "job.deleted")
        #expect(try await scene.balance().available.milliseconds == 10_000)
        // The statement still tells of it.
        let entries = try await scene.store.read { db in
            try MinuteStatement.page(of: AccountScene.ada, limit: 10, in: db)
        }
        #expect(entries.map(\.kind) == [.refund, .reserve, .grant])
        #expect(entries[0].job == job.id)
    }

    @Test func `a balance that does not cover a job says what is needed and what is there`() async throws {
        let scene = try AccountScene()
        try await scene.grant(999)
        let problem = try await refusal(scene.order(try await scene.upload()), in: scene)
        #expect(problem.code == "minutes.exhausted" && problem.status == 402)
        #expect(problem.neededMilliseconds == 1000 && problem.availableMilliseconds == 999)
        try await scene.grant(1)
        #expect(try await admit(scene.order(try await scene.upload()), in: scene).isNew)
    }

    @Test func `two jobs that together need more than there is do not both get it`() async throws {
        let scene = try AccountScene()
        try await scene.grant(1500)
        let orders = [scene.order(try await scene.upload(1), 1), scene.order(try await scene.upload(2), 2)]
        let made = await withTaskGroup(of: Bool.self) { group in
            for order in orders { group.addTask { (try? await admit(order, in: scene)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(try await scene.balance().reserved.milliseconds == 1000)
    }

    @Test func `each limit of the account is kept, to the last millisecond`() async throws {
        let scene = try AccountScene()
        try await scene.grant(100_000)
        let order = scene.order(try await scene.upload())
        let short = try await refusal(order, AccountLimits(track: AudioDuration(milliseconds: 999)), in: scene)
        #expect(short.code == "limits.track_length" && short.limitMilliseconds == 999)
        let day = try await refusal(order, AccountLimits(day: AudioDuration(milliseconds: 999)), in: scene)
        #expect(day.code == "limits.minutes_a_day" && day.limitMilliseconds == 999)
        #expect(day.resetsAt == Timestamp(noon.nextDay))
        let exact = AccountLimits(
            track: AudioDuration(milliseconds: 1000), concurrentJobs: 1, day: AudioDuration(milliseconds: 1000))
        #expect(try await admit(order, exact, in: scene).isNew)
        let more = scene.order(try await scene.upload(1), 1)
        let many = try await refusal(more, AccountLimits(concurrentJobs: 1), in: scene)
        #expect(many.code == "limits.concurrent_jobs" && many.limit == 1)
        let spent = try await refusal(more, AccountLimits(day: AudioDuration(milliseconds: 1999)), in: scene)
        #expect(spent.code == "limits.minutes_a_day")
    }

    @Test func `only a checked upload of one's own that no job has is taken`() async throws {
        let scene = try AccountScene()
        try await scene.grant(100_000)
        try await scene.grant(100_000, to: AccountScene.bob)
        let upload = try await scene.upload()
        #expect(try await refusal(scene.order(upload), of: AccountScene.bob, in: scene).code == "upload.unknown")
        #expect(try await refusal(scene.order("../../etc/passwd"), in: scene).code == "upload.unknown")
        _ = try await admit(scene.order(upload), in: scene)
        #expect(try await refusal(scene.order(upload, 1), in: scene).code == "upload.used")
        let open = try await scene.store.write { [noon] db in
            try UploadTable.ticket(
                .init(bytes: 5, sha256: String(repeating: "e", count: 64)), for: AccountScene.ada,
                limits: AccountLimits(), at: noon, in: db
            ).upload.id
        }
        #expect(try await refusal(scene.order(open, 2), in: scene).code == "upload.incomplete")
    }

    @Test func `stems are those asked for, of those there are`() async throws {
        let scene = try AccountScene()
        try await scene.grant(100_000)
        var order = scene.order(try await scene.upload())
        order.stems = ["piano"]
        #expect(try await refusal(order, in: scene).code == "stem.unknown")
        order.stems = ["bass", "vocals"]
        #expect(try await admit(order, in: scene).job.job.wanted == [.vocals, .bass])
    }

    @Test func `Threat: another account's job is nowhere to be found`() async throws {
        let scene = try AccountScene()
        try await scene.grant(10_000)
        let job = try await scene.job()
        let bob = AccountScene.bob
        for body: @Sendable (Database) throws -> Void in [
            { db in _ = try JobTable.find(job.id, of: bob, in: db) },
            { db in _ = try JobTable.cancel(job.id, of: bob, at: AccountScene.noon, in: db) },
            { db in _ = try JobTable.delete(job.id, of: bob, at: AccountScene.noon, in: db) },
        ] {
            let refusal = await #expect(throws: APIError.self) { try await scene.store.write(body) }
            #expect(refusal?.problem.code == "resource.unknown")
        }
        let page = try await scene.store.read { db in
            try JobTable.page(of: bob, reference: nil, state: nil, before: nil, limit: 10, in: db)
        }
        #expect(page.isEmpty)
        #expect(try await scene.record(job.id)?.state == .queued)
    }
}
