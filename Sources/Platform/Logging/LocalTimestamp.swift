// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A timestamp in local time: `2026-11-23T09:00:00.123+01:00`, RFC 3339.
struct LocalTimestamp: CustomStringConvertible, Sendable {
    let description: String

    init(_ time: WallTime) {
        var (seconds, milliseconds) = time.milliseconds.quotientAndRemainder(dividingBy: 1000)
        if milliseconds < 0 {
            seconds -= 1
            milliseconds += 1000
        }
        var clock = time_t(seconds)
        var parts = tm()
        localtime_r(&clock, &parts)
        let offset = parts.tm_gmtoff / 60
        let zone =
            offset == 0 ? "Z" : (offset < 0 ? "-" : "+") + Self.two(abs(offset) / 60) + ":" + Self.two(abs(offset) % 60)
        let date = "\(Int(parts.tm_year) + 1900)-\(Self.two(Int(parts.tm_mon) + 1))-\(Self.two(Int(parts.tm_mday)))"
        let day = "\(Self.two(Int(parts.tm_hour))):\(Self.two(Int(parts.tm_min))):\(Self.two(Int(parts.tm_sec)))"
        let fraction = (milliseconds < 10 ? "00" : milliseconds < 100 ? "0" : "") + "\(milliseconds)"
        description = "\(date)T\(day).\(fraction)\(zone)"
    }

    /// The current time.
    static var now: Self { Self(.now) }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
