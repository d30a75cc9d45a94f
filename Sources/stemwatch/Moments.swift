// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Moments as a person reads them: by the clock on the wall, and how far away they are.
struct Moments: Sendable {
    let now: WallTime
    /// `nil`: UTC, as scripts have it.
    let calendar: CivilCalendar?

    /// `today 14:02`, `yesterday 09:10`, `2026-11-20 14:02`.
    func clock(_ moment: WallTime) -> String { wall(moment, hasSeconds: false) }

    /// `today 14:02:11 (3 min ago)`.
    func exact(_ moment: WallTime) -> String { "\(wall(moment, hasSeconds: true)) (\(distance(moment)))" }

    /// `today 14:05 (in 3 min)`, `yesterday 09:10 (23 h ago)`.
    func text(_ moment: WallTime) -> String { "\(clock(moment)) (\(distance(moment)))" }

    /// `3 min ago`, `in 2 h`, `now`: in the largest unit alone.
    func distance(_ moment: WallTime) -> String {
        let seconds = moment.since(now).components.seconds
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
        guard let (unit, name) = units.first(where: { seconds.magnitude >= $0.0 }) else { return "now" }
        let count = "\(seconds.magnitude / UInt64(unit)) \(name)"
        return seconds < 0 ? "\(count) ago" : "in \(count)"
    }

    private func wall(_ moment: WallTime, hasSeconds: Bool) -> String {
        guard let calendar else { return moment.rfc3339 }
        // Date, time to the minute, zone.
        let parts = calendar.text(moment).split(separator: " ")
        let seconds = (moment.milliseconds / 1000 % 60 + 60) % 60
        let time = parts[1] + (hasSeconds ? ":\(seconds < 10 ? "0" : "")\(seconds)" : "")
        return "\(day(moment, calendar) ?? String(parts[0])) \(time)"
    }

    private func day(_ moment: WallTime, _ calendar: CivilCalendar) -> String? {
        let today = calendar.day(containing: now)
        if today.contains(moment) { return "today" }
        if calendar.day(containing: today.lowerBound.advanced(by: .seconds(-1))).contains(moment) { return "yesterday" }
        return calendar.day(containing: today.upperBound).contains(moment) ? "tomorrow" : nil
    }

    /// `3:42`, or `1:02:03` from an hour on: a length of audio to the second, and never none of something.
    static func length(_ milliseconds: Int64) -> String {
        let seconds = milliseconds > 0 ? max(1, (milliseconds + 500) / 1000) : milliseconds / 1000
        let (size, sign) = (seconds.magnitude, seconds < 0 ? "-" : "")
        func two(_ n: UInt64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let (hours, minutes) = (size / 3600, size / 60 % 60)
        return sign + (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(size % 60)
    }
}
