// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import stemwatch

struct MomentsTests {
    private static func time(_ text: String) -> WallTime { WallTime(rfc3339: text)! }

    /// Half past midnight in a zone two hours ahead of UTC.
    private let now = time("2026-11-23T22:30:00Z")
    private var local: Moments { Moments(now: now, calendar: CivilCalendar { _ in 7200 }) }

    @Test(arguments: [
        ("2026-11-23T22:29:59Z", "today 00:29", "1 s ago"), ("2026-11-23T22:00:00Z", "today 00:00", "30 min ago"),
        ("2026-11-23T21:59:59Z", "yesterday 23:59", "30 min ago"),
        ("2026-11-22T21:59:00Z", "2026-11-22 23:59", "1 d ago"),
        ("2026-11-23T22:33:10.500Z", "today 00:33", "in 3 min"), ("2026-11-24T22:00:00Z", "tomorrow 00:00", "in 23 h"),
        ("2027-01-01T00:00:00Z", "2027-01-01 02:00", "in 38 d"), ("2026-11-23T22:30:00.900Z", "today 00:30", "now"),
        ("2026-11-23T22:29:59.500Z", "today 00:29", "now"),
    ])
    func `a moment is shown in local time, and by how far away it is`(
        moment: String, clock: String, distance: String
    ) {
        #expect(local.clock(Self.time(moment)) == clock)
        #expect(local.distance(Self.time(moment)) == distance)
        #expect(local.text(Self.time(moment)) == "\(clock) (\(distance))")
    }

    @Test func `a past event is shown to the second`() {
        #expect(local.exact(Self.time("2026-11-23T22:27:05.900Z")) == "today 00:27:05 (2 min ago)")
    }

    @Test func `in UTC a moment is written in the form for scripts`() {
        let utc = Moments(now: now, calendar: nil)
        #expect(utc.clock(Self.time("2026-11-23T22:27:05.900Z")) == "2026-11-23T22:27:05.900Z")
        #expect(utc.exact(Self.time("2026-11-23T22:27:05.900Z")) == "2026-11-23T22:27:05.900Z (2 min ago)")
    }

    @Test func `days are those of the zone, also when its clocks change`() {
        // Put back by an hour at 01:00 UTC: the day has 25 hours.
        let change = Self.time("2026-10-25T01:00:00Z").milliseconds / 1000
        let zone = CivilCalendar { $0 < change ? 7200 : 3600 }
        let moments = Moments(now: Self.time("2026-10-25T22:30:00Z"), calendar: zone)
        #expect(moments.clock(Self.time("2026-10-24T22:00:00Z")) == "today 00:00")
        #expect(moments.clock(Self.time("2026-10-24T21:59:00Z")) == "yesterday 23:59")
        #expect(moments.clock(Self.time("2026-10-25T23:00:00Z")) == "tomorrow 00:00")
    }

    @Test(
        arguments: [
            (0, "0:00"), (1, "0:01"), (1000, "0:01"), (222_000, "3:42"), (222_499, "3:42"), (222_500, "3:43"),
            (3_599_999, "1:00:00"), (3_723_000, "1:02:03"), (36_000_000, "10:00:00"), (-61_000, "-1:01"),
        ] as [(Int64, String)])
    func `a length is shown to the second`(milliseconds: Int64, text: String) {
        #expect(Moments.length(milliseconds) == text)
    }
}
