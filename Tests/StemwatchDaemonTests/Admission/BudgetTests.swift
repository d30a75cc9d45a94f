// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Testing

@testable import StemwatchDaemon

struct BudgetTests {
    private let inbox = FolderName(rawValue: "inbox")
    private let berlin = CivilCalendar { (1_774_746_000..<1_792_890_000).contains($0) ? 7200 : 3600 }
    private func at(_ text: String) -> WallTime { WallTime(rfc3339: text)! }
    private func minutes(_ count: Int64) -> AudioDuration { AudioDuration(milliseconds: count * 60_000) }

    private func meter(_ spendings: [(Int64, String)]) -> MinuteMeter {
        var meter = MinuteMeter(calendar: berlin)
        for (amount, moment) in spendings {
            meter.add(Spending(amount: minutes(amount), at: at(moment)), folder: inbox)
        }
        return meter
    }

    @Test(
        arguments: [
            ("spent today", [(Int64(100), "2026-11-23T08:00:00Z")], Int64(20), false),
            ("spent today, one too many", [(100, "2026-11-23T08:00:00Z")], 21, true),
            ("spent yesterday by the zone's clocks", [(120, "2026-11-22T22:59:59Z")], 120, false),
            ("spent today by the zone's clocks", [(120, "2026-11-22T23:00:00Z")], 1, true),
        ] as [(String, [(Int64, String)], Int64, Bool)])
    func `a day's minutes are counted from the zone's midnight`(
        name: String, spent: [(Int64, String)], amount: Int64, refused: Bool
    ) {
        let budget = Budget(total: MinuteLimits(perDay: minutes(120)))
        let refusal = budget.refusal(
            of: minutes(amount), folder: inbox, meter: meter(spent), now: at("2026-11-23T12:00:00Z"))
        #expect((refusal != nil) == refused, "\(name)")
    }

    @Test(arguments: [
        // The day of 23 hours ends at 22:00 UTC, the day of 25 hours at 23:00 UTC.
        ("2026-03-29T12:00:00Z", "2026-03-29T22:00:00Z"),
        ("2026-10-25T12:00:00Z", "2026-10-25T23:00:00Z"),
        ("2026-11-23T12:00:00Z", "2026-11-23T23:00:00Z"),
    ])
    func `an exhausted day lifts when the next begins, on days of 23 and 25 hours too`(now: String, lifts: String) {
        let budget = Budget(total: MinuteLimits(perDay: minutes(120)))
        let refusal = budget.refusal(of: minutes(1), folder: inbox, meter: meter([(120, now)]), now: at(now))
        #expect(refusal?.remedy == .hold(until: .time(at(lifts))))
        #expect(budget.refusal(of: minutes(1), folder: inbox, meter: meter([(120, now)]), now: at(lifts)) == nil)
    }

    @Test func `the hold lasts until the last of the exhausted limits lifts`() {
        let budget = Budget(
            total: MinuteLimits(perDay: minutes(120)), folders: [inbox: MinuteLimits(perMonth: minutes(100))])
        let refusal = budget.refusal(
            of: minutes(50), folder: inbox, meter: meter([(90, "2026-11-23T08:00:00Z")]),
            now: at("2026-11-23T12:00:00Z"))
        #expect(refusal?.code == .minutesExhausted)
        #expect(refusal?.remedy == .hold(until: .time(at("2026-11-30T23:00:00Z"))))
        #expect(
            refusal?.message
                == "this track needs 50.0 min, and 90.0 of the 100.0 min of minutes_per_month of folder inbox are used")
        #expect(
            refusal?.hint
                == "it goes on by itself at 2026-12-01 00:00 +01:00; raise minutes_per_month to start it sooner")
    }

    @Test(arguments: [
        MinuteLimits(perTrack: AudioDuration(milliseconds: 599_999)), MinuteLimits(perDay: .zero),
        MinuteLimits(perMonth: AudioDuration(milliseconds: 1)),
    ])
    func `a track longer than a whole day's limit waits for a person, not for ever`(limits: MinuteLimits) {
        for budget in [Budget(total: limits), Budget(total: MinuteLimits(), folders: [inbox: limits])] {
            let refusal = budget.refusal(
                of: minutes(10), folder: inbox, meter: meter([]), now: at("2026-11-23T12:00:00Z"))
            #expect(refusal?.code == .minutesTrackTooLong)
            #expect(refusal?.remedy == .hold(until: .person))
        }
    }

    @Test func `a folder's limit does not bind other folders`() {
        let budget = Budget(total: MinuteLimits(), folders: [inbox: MinuteLimits(perDay: .zero)])
        let other = FolderName(rawValue: "other")
        #expect(
            budget.refusal(of: minutes(10), folder: other, meter: meter([]), now: at("2026-11-23T12:00:00Z")) == nil)
    }

    @Test func `a reservation counts in the day it was made, wherever the clock goes`() {
        var meter = meter([])
        let budget = Budget(total: MinuteLimits(perDay: minutes(10)))
        let reserved = Spending(amount: minutes(10), at: at("2026-11-23T12:00:00Z"))
        meter.add(reserved, folder: inbox)
        // Forward into another day, which is empty, and back: the first day is still full.
        #expect(budget.refusal(of: minutes(10), folder: inbox, meter: meter, now: at("2026-11-25T12:00:00Z")) == nil)
        meter.add(Spending(amount: minutes(10), at: at("2026-11-25T12:00:00Z")), folder: inbox)
        #expect(budget.refusal(of: minutes(1), folder: inbox, meter: meter, now: at("2026-11-23T13:00:00Z")) != nil)
        // Charged less, two days later: the minutes become free in the day of the reservation.
        meter.settle(
            reserved: reserved, charged: Spending(amount: minutes(4), at: reserved.at), folder: inbox)
        #expect(budget.refusal(of: minutes(6), folder: inbox, meter: meter, now: at("2026-11-23T13:00:00Z")) == nil)
        #expect(budget.refusal(of: minutes(1), folder: inbox, meter: meter, now: at("2026-11-25T13:00:00Z")) != nil)
        meter.remove(Spending(amount: minutes(4), at: reserved.at), folder: inbox)
        #expect(meter.used(nil, .day, at: reserved.at) == .zero)
    }

    @Test func `a header that claims an endless track overflows nothing`() {
        let budget = Budget(total: MinuteLimits(perDay: minutes(10)))
        let refusal = budget.refusal(
            of: AudioDuration(milliseconds: .max), folder: inbox, meter: meter([(9, "2026-11-23T08:00:00Z")]),
            now: at("2026-11-23T12:00:00Z"))
        #expect(refusal?.code == .minutesTrackTooLong)
    }

    @Test func `old days are dropped, the month is not`() {
        var meter = MinuteMeter(calendar: .utc)
        var now = at("2026-01-01T12:00:00Z")
        for _ in 0..<400 {
            meter.add(Spending(amount: minutes(1), at: now), folder: inbox)
            now = now.advanced(by: .seconds(86_400))
        }
        #expect(meter.used(nil, .day, at: at("2026-01-01T12:00:00Z")) == .zero)
        #expect(meter.used(inbox, .month, at: at("2027-01-31T12:00:00Z")) == minutes(31))
    }

    @Test func `limits report what is used and when they start again`() {
        let budget = Budget(
            total: MinuteLimits(perDay: minutes(120), perTrack: minutes(15)),
            folders: [inbox: MinuteLimits(perMonth: minutes(100))])
        let usage = budget.usage(meter: meter([(30, "2026-11-23T08:00:00Z")]), now: at("2026-11-23T12:00:00Z"))
        #expect(usage.map(\.key) == ["minutes_per_track", "minutes_per_day", "minutes_per_month"])
        #expect(usage.map(\.used) == [nil, minutes(30), minutes(30)])
        #expect(usage.map(\.renewsAt) == [nil, at("2026-11-23T23:00:00Z"), at("2026-11-30T23:00:00Z")])
        let left = budget.left(
            folder: inbox, meter: meter([(30, "2026-11-23T08:00:00Z")]), now: at("2026-11-23T12:00:00Z"))
        #expect(left == minutes(70))
    }

    @Test(arguments: [
        (Int64(0), "0.0 min"), (1, "0.01 min"), (12_000, "0.2 min"), (8_556_000, "142.6 min"), (8_556_001, "142.7 min"),
        (60_000, "1.0 min"),
        (-60_000, "-1.0 min"), (.max, "153722867280912.9 min"),
    ])
    func `minutes are shown in tenths, rounded up`(milliseconds: Int64, text: String) {
        let shown = AudioDuration(milliseconds: milliseconds).minutes
        #expect(milliseconds == .max ? shown.hasPrefix("15372286728091") : shown == text)
    }
}
