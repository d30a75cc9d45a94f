// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import TestKit
import Testing

@testable import StemwatchDaemon

struct AdmissionTests {
    private let inbox = FolderName(rawValue: "inbox")
    private let backend = BackendName(rawValue: "studio")
    private let now = WallTime(rfc3339: "2026-11-23T12:00:00Z")!
    private let tick = ContinuousClock.now

    private func minutes(_ count: Int64) -> AudioDuration { AudioDuration(milliseconds: count * 60_000) }
    private func admission(perDay: Int64, slots: Int = 10) -> Admission {
        Admission(
            budget: Budget(total: MinuteLimits(perDay: minutes(perDay))), meter: MinuteMeter(calendar: .utc),
            slots: Slots([backend: slots]))
    }
    private func request(_ amount: AudioDuration, _ number: Int64 = 1, reservation: Spending? = nil)
        -> Admission.Request
    {
        var random = SeededGenerator(seed: UInt64(number))
        return Admission.Request(
            job: JobID(at: WallTime(milliseconds: number), using: &random), folder: inbox, backend: backend,
            amount: amount, reservation: reservation)
    }

    @Test func `a job that may start has its minutes set aside in the same step`() {
        var admission = admission(perDay: 10)
        let verdict = admission.decide(request(minutes(6)), now: now, tick: tick)
        #expect(verdict == .start(Spending(amount: minutes(6), at: now)))
        #expect(admission.meter.used(nil, .day, at: now) == minutes(6))
        guard case .hold(let failure) = admission.decide(request(minutes(6), 2), now: now, tick: tick) else {
            Issue.record("admitted beyond the limit")
            return
        }
        #expect(failure.code == .minutesExhausted)
        #expect(admission.slots.used(backend) == 1)
    }

    @Test func `a job with a reservation is not counted twice after a restart`() {
        var admission = admission(perDay: 10)
        let reserved = Spending(amount: minutes(10), at: now)
        admission.meter.add(reserved, folder: inbox)
        let verdict = admission.decide(request(minutes(10), reservation: reserved), now: now, tick: tick)
        #expect(verdict == .start(reserved))
        #expect(admission.meter.used(nil, .day, at: now) == minutes(10))
    }

    @Test func `without a free slot a job waits and nothing is counted`() {
        var admission = admission(perDay: 10, slots: 1)
        _ = admission.decide(request(minutes(1), 1), now: now, tick: tick)
        #expect(admission.decide(request(minutes(1), 2), now: now, tick: tick) == .waitForSlot)
        #expect(admission.meter.used(nil, .day, at: now) == minutes(1))
    }

    @Test func `a start that would break the rate limit is not made, and takes no slot`() {
        var admission = admission(perDay: 10)
        admission.limitRate(of: backend, to: RateLimit(perMinute: 2, burst: 1), now: tick)
        _ = admission.decide(request(minutes(1), 1), now: now, tick: tick)
        #expect(admission.decide(request(minutes(1), 2), now: now, tick: tick) == .waitForRate(.seconds(30)))
        #expect(admission.slots.used(backend) == 1)
        #expect(admission.meter.used(nil, .day, at: now) == minutes(1))
        let later = admission.decide(request(minutes(1), 2), now: now, tick: tick + .seconds(30))
        #expect(later == .start(Spending(amount: minutes(1), at: now)))
    }

    @Test func `the same rate limit after a reload keeps the bucket's level`() {
        var admission = admission(perDay: 10)
        let limit = RateLimit(perMinute: 2, burst: 1)
        admission.limitRate(of: backend, to: limit, now: tick)
        _ = admission.decide(request(minutes(1), 1), now: now, tick: tick)
        admission.limitRate(of: backend, to: limit, now: tick)
        #expect(admission.decide(request(minutes(1), 2), now: now, tick: tick) == .waitForRate(.seconds(30)))
    }

    @Test(arguments: [
        (nil, Lift.surroundings), ("2026-12-01T00:00:00Z", .time(WallTime(rfc3339: "2026-12-01T00:00:00Z")!)),
        ("2026-11-01T00:00:00Z", .surroundings),
    ])
    func `a balance that is too small holds the job until the balance is renewed`(resets: String?, lift: Lift) throws {
        var admission = admission(perDay: 100)
        let allowance = Allowance(remaining: minutes(3), resetsAt: resets.map { WallTime(rfc3339: $0)! })
        let failure = try #require(claim(4, 1, allowance, in: &admission))
        #expect(failure.remedy == .hold(until: lift))
        #expect(failure.message == "this track needs 4.0 min, and backend studio has 3.0 min left")
    }

    private func claim(
        _ amount: Int64, _ job: Int64, _ allowance: Allowance, asked: ContinuousClock.Instant? = nil,
        in admission: inout Admission
    ) -> Failure? {
        admission.claim(
            minutes(amount), for: request(.zero, job).job, of: backend, allowance: allowance, asked: asked ?? tick,
            now: now)
    }

    @Test func `the last minutes of a balance go to one job, until the backend counts it itself`() {
        var admission = admission(perDay: 100)
        let allowance = Allowance(remaining: minutes(5))
        #expect(claim(3, 1, allowance, in: &admission) == nil)
        #expect(claim(3, 1, allowance, in: &admission) == nil, "its own claim is not held against it")
        #expect(claim(3, 2, allowance, in: &admission)?.code == .minutesExhausted)
        #expect(claim(2, 2, allowance, in: &admission) == nil)
        // Submitted: a balance read before does not count it, one read afterwards does.
        admission.claims.settle(request(.zero, 1).job, at: tick + .seconds(1))
        #expect(claim(1, 3, allowance, asked: tick, in: &admission) != nil)
        #expect(claim(1, 3, Allowance(remaining: minutes(2)), asked: tick + .seconds(2), in: &admission) != nil)
        #expect(claim(1, 3, Allowance(remaining: minutes(3)), asked: tick + .seconds(2), in: &admission) == nil)
    }

    @Test func `a job that came to nothing frees its minutes, one that was submitted does not`() {
        var admission = admission(perDay: 100)
        let allowance = Allowance(remaining: minutes(5))
        #expect(claim(5, 1, allowance, in: &admission) == nil)
        admission.claims.drop(request(.zero, 1).job)
        #expect(claim(5, 2, allowance, in: &admission) == nil)
        admission.claims.settle(request(.zero, 2).job, at: tick + .seconds(1))
        admission.claims.drop(request(.zero, 2).job)
        #expect(claim(1, 3, allowance, in: &admission) != nil)
    }

    @Test func `a job whose start was held keeps the slot it has`() {
        var slots = Slots([backend: 1])
        let job = request(.zero).job
        #expect(slots.take(backend, for: job) && slots.take(backend, for: job))
        #expect(slots.free(backend) == 0)
        slots.give(back: backend, of: job)
        slots.give(back: backend, of: job)
        #expect(slots.free(backend) == 1)
        slots.reconfigure([:])
        #expect(slots.take(backend, for: job) == false)
    }

    /// For every order of starts, charges, refunds and days, forwards or backwards.
    @Test(arguments: 0..<100)
    func `no day and no month ever holds more than its limit`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let calendar = seed.isMultiple(of: 2) ? CivilCalendar.utc : CivilCalendar { $0 < 1_792_900_800 ? 7200 : 3600 }
        let folders = [inbox, FolderName(rawValue: "other")]
        let day = minutes(60), month = minutes(400), folderDay = minutes(40)
        var admission = Admission(
            budget: Budget(
                total: MinuteLimits(perDay: day, perMonth: month), folders: [inbox: MinuteLimits(perDay: folderDay)]),
            meter: MinuteMeter(calendar: calendar), slots: Slots([backend: .max]))
        var now = WallTime(rfc3339: "2026-10-20T00:00:00Z")!
        var spent: [(folder: FolderName, spending: Spending, isOpen: Bool)] = []
        for number in 0..<400 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...4:
                let folder = folders.randomElement(using: &random)!
                var candidate = request(
                    AudioDuration(milliseconds: .random(in: 1...1_800_000, using: &random)), Int64(number))
                candidate.folder = folder
                if case .start(let spending) = admission.decide(candidate, now: now, tick: tick) {
                    spent.append((folder, spending, true))
                }
            case 5:
                guard let index = spent.indices.randomElement(using: &random), spent[index].isOpen else { continue }
                if Bool.random(using: &random) {
                    admission.meter.remove(spent[index].spending, folder: spent[index].folder)
                    spent.remove(at: index)
                } else {
                    var charged = spent[index].spending
                    charged.amount = AudioDuration(milliseconds: charged.amount.milliseconds / 2)
                    admission.meter.settle(
                        reserved: spent[index].spending, charged: charged, folder: spent[index].folder)
                    spent[index] = (spent[index].folder, charged, false)
                }
            case 6: now = now.advanced(by: .seconds(Int.random(in: 0..<40_000, using: &random)))
            default: now = now.advanced(by: .seconds(-Int.random(in: 0..<100_000, using: &random)))
            }
        }
        func sums(_ range: (WallTime) -> Range<WallTime>, in folder: FolderName?) -> [Int64] {
            Dictionary(
                grouping: spent.filter { folder == nil || $0.folder == folder },
                by: { range($0.spending.at).lowerBound }
            ).values.map { $0.reduce(0) { $0 + $1.spending.amount.milliseconds } }
        }
        #expect(sums(calendar.day, in: nil).allSatisfy { $0 <= day.milliseconds })
        #expect(sums(calendar.day, in: inbox).allSatisfy { $0 <= folderDay.milliseconds })
        #expect(sums(calendar.month, in: nil).allSatisfy { $0 <= month.milliseconds })
        var again = MinuteMeter(calendar: calendar)
        for one in spent.shuffled(using: &random) { again.add(one.spending, folder: one.folder) }
        for one in spent {
            #expect(again.used(nil, .day, at: one.spending.at) == admission.meter.used(nil, .day, at: one.spending.at))
        }
    }
}
