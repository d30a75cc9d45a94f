// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

/// Zones as tables of offset changes, so that no test touches the zone of the process.
enum Zone {
    /// - Parameter changes: seconds since 1970 of each change, and the seconds ahead of UTC from then on.
    static func table(_ before: Int64, _ changes: [(String, Int64)]) -> CivilCalendar {
        let moments = changes.map { (WallTime(rfc3339: $0.0)!.milliseconds / 1000, $0.1) }
        return CivilCalendar { seconds in moments.last { $0.0 <= seconds }?.1 ?? before }
    }
    static let berlin = table(3600, [("2026-03-29T01:00:00Z", 7200), ("2026-10-25T01:00:00Z", 3600)])
    /// Clocks put forward over midnight, as in Santiago: 6 September 2026 begins at 01:00.
    static let santiago = table(-14_400, [("2026-09-06T04:00:00Z", -10_800), ("2027-04-04T03:00:00Z", -14_400)])
    /// Put back at 00:01 to 23:01 of the day before, as Newfoundland did until 2011.
    static let stJohns = table(-9000, [("2010-11-07T02:31:00Z", -12_600)])
    /// A whole day left out: Apia skipped 30 December 2011.
    static let apia = table(-36_000, [("2011-12-30T10:00:00Z", 50_400)])
    static let kathmandu = table(20_700, [])
}

struct CivilCalendarTests {
    private func at(_ text: String) -> WallTime { WallTime(rfc3339: text)! }

    @Test(arguments: [
        (Zone.berlin, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        (Zone.berlin, "2026-10-25T00:30:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        (Zone.berlin, "2026-10-25T22:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        (Zone.berlin, "2026-07-01T00:00:00Z", "2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z"),
        (Zone.santiago, "2026-09-06T12:00:00Z", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
        (Zone.stJohns, "2010-11-07T03:00:00Z", "2010-11-07T02:30:00Z", "2010-11-08T03:30:00Z"),
        (Zone.stJohns, "2010-11-07T02:29:59Z", "2010-11-06T02:30:00Z", "2010-11-07T02:30:00Z"),
        (Zone.kathmandu, "2026-01-01T18:15:00Z", "2026-01-01T18:15:00Z", "2026-01-02T18:15:00Z"),
        (CivilCalendar.utc, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z"),
    ])
    func `a day is a day of the zone's clocks`(
        zone: CivilCalendar, moment: String, start: String, end: String
    ) {
        #expect(zone.day(containing: at(moment)) == at(start)..<at(end))
    }

    @Test(arguments: [
        (Zone.berlin, "2026-03-31T21:59:59Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        (Zone.berlin, "2026-12-31T23:30:00Z", "2026-12-31T23:00:00Z", "2027-01-31T23:00:00Z"),
        (CivilCalendar.utc, "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        (CivilCalendar.utc, "2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ])
    func `a month ends where its last day does`(zone: CivilCalendar, moment: String, start: String, end: String) {
        #expect(zone.month(containing: at(moment)) == at(start)..<at(end))
    }

    @Test(arguments: [Zone.berlin, Zone.santiago, Zone.stJohns, Zone.apia, Zone.kathmandu, .utc, .local])
    func `days follow each other without a gap, and each holds its moments`(zone: CivilCalendar) {
        for base in ["2010-11-05T00:00:00Z", "2011-12-27T00:00:00Z", "2026-03-27T00:00:00Z", "2026-09-04T00:00:00Z"] {
            var moment = at(base)
            var day = zone.day(containing: moment)
            for _ in 0..<480 {
                moment = moment.advanced(by: .seconds(13 * 60))
                let now = zone.day(containing: moment)
                #expect(now.contains(moment))
                #expect(now == day || now.lowerBound == day.upperBound)
                #expect(zone.month(containing: moment).contains(moment))
                day = now
            }
        }
    }

    @Test func `a moment is written as a person in the zone would`() {
        #expect(Zone.berlin.text(at("2026-11-23T23:00:00Z")) == "2026-11-24 00:00 +01:00")
        #expect(Zone.stJohns.text(at("2010-12-01T00:00:00Z")) == "2010-11-30 20:30 -03:30")
    }

    @Test func `moments outside the supported years are taken as the nearest inside`() {
        for moment in [WallTime(milliseconds: .min), WallTime(milliseconds: .max)] {
            #expect(CivilCalendar.utc.day(containing: moment).lowerBound <= .latest)
        }
    }
}
