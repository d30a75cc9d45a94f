// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Where days and months begin in a time zone. Limits such as "120 minutes a day" use it.
///
/// A day is a day of the zone's own clocks, of 23, 24, 25 or any other number of hours. The zone is one function, so
/// that tests can use any zone without changing that of the process.
public struct CivilCalendar: Sendable {
    /// Seconds that the zone's clocks are ahead of UTC at a moment given in seconds since 1970.
    private let offset: @Sendable (Int64) -> Int64

    /// - Parameter offset: seconds ahead of UTC at a moment given in seconds since 1970. At most one change within any
    ///   26 hours, which holds for every zone there is.
    public init(offset: @escaping @Sendable (_ seconds: Int64) -> Int64) { self.offset = offset }

    /// The zone of this process: `TZ`, or else the system's. Set `TZ` before the first use and before threads start.
    public static let local = Self { seconds in
        var time = time_t(seconds)
        var fields = tm()
        return localtime_r(&time, &fields) == nil ? 0 : Int64(fields.tm_gmtoff)
    }

    public static let utc = Self { _ in 0 }

    /// The day that holds `moment`, from its start up to the start of the next.
    public func day(containing moment: WallTime) -> Range<WallTime> {
        period(containing: moment) {
            $0
        } next: {
            $0 + 1
        } previous: {
            $0 - 1
        }
    }

    /// The calendar month that holds `moment`, from the start of its first day up to the start of the next month.
    public func month(containing moment: WallTime) -> Range<WallTime> {
        period(containing: moment) { day in
            let date = WallTime.date(ofDay: day)
            return day - (date.day - 1)
        } next: { first in
            let date = WallTime.date(ofDay: first)
            return WallTime.dayNumber(date.month == 12 ? date.year + 1 : date.year, date.month % 12 + 1, 1)
        } previous: { first in
            let date = WallTime.date(ofDay: first - 1)
            return WallTime.dayNumber(date.year, date.month, 1)
        }
    }

    /// A moment in the zone's local time, to the minute: `2026-11-24 00:00 +01:00`.
    public func text(_ moment: WallTime) -> String {
        let seconds = Self.seconds(moment)
        let ahead = offset(seconds)
        let local = seconds + ahead
        let date = WallTime.date(ofDay: Self.dayNumber(local))
        let minutes = local.modulo(86_400) / 60
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let zone = (ahead < 0 ? "-" : "+") + two(abs(ahead) / 3600) + ":" + two(abs(ahead) / 60 % 60)
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(minutes / 60)):\(two(minutes % 60)) \(zone)"
    }

    /// - Parameters:
    ///   - first: the first day, as days since 1970-01-01, of the period that a day belongs to.
    ///   - next: the first day of the period after the one that begins with a day.
    ///   - previous: the first day of the period before it.
    private func period(
        containing moment: WallTime, first: (Int64) -> Int64, next: (Int64) -> Int64, previous: (Int64) -> Int64
    ) -> Range<WallTime> {
        let seconds = Self.seconds(moment)
        var begin = first(Self.dayNumber(seconds + offset(seconds)))
        // Some zones once put clocks back from 00:01 to 23:01, so that the old date appears again within the new day.
        // Such a moment belongs to the period that has begun.
        if start(ofDay: next(begin)) <= seconds { begin = next(begin) }
        if start(ofDay: begin) > seconds { begin = previous(begin) }
        return Self.moment(start(ofDay: begin))..<Self.moment(start(ofDay: next(begin)))
    }

    /// The first moment of a day: midnight, or the moment when clocks are put forward over midnight.
    private func start(ofDay day: Int64) -> Int64 {
        let midnight = day * 86_400
        let guess = midnight - offset(midnight - offset(midnight))
        let (before, after) = (offset(guess - 43_200), offset(guess + 43_200))
        if before == after { return midnight - before }
        // The clocks change within this window.
        let change = (guess - 43_200..<guess + 43_200).partitioningIndex { offset($0) != before }
        return midnight - before < change ? midnight - before : max(change, midnight - after)
    }

    private static func dayNumber(_ local: Int64) -> Int64 { (local - local.modulo(86_400)) / 86_400 }

    /// Whole seconds, within the years that RFC 3339 text covers here.
    private static func seconds(_ moment: WallTime) -> Int64 {
        let milliseconds = min(max(moment, .earliest), .latest).milliseconds
        return milliseconds / 1000
    }

    private static func moment(_ seconds: Int64) -> WallTime { WallTime(milliseconds: seconds * 1000) }
}

extension Int64 {
    /// The remainder that is never negative.
    fileprivate func modulo(_ divisor: Self) -> Self {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
