// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Moments as text in the one form this program writes: RFC 3339 in UTC with milliseconds, `2026-11-23T08:00:00.123Z`.
///
/// The calendar arithmetic is exact and needs no tables or locale:
/// https://howardhinnant.github.io/date_algorithms.html (`days_from_civil`, `civil_from_days`).
extension WallTime {
    /// The system's clock, now.
    public static var now: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The first and the last moment that ``rfc3339`` can write: the years 1970 to 9999.
    public static let earliest = WallTime(milliseconds: 0)
    public static let latest = WallTime(milliseconds: 253_402_300_799_999)

    /// `2026-11-23T08:00:00.123Z`, always 24 ASCII characters. A moment outside ``earliest``…``latest`` is written as
    /// the nearer of the two.
    public var rfc3339: String {
        String(unsafeUninitializedCapacity: 24) { out in
            write(into: out)
            return 24
        }
    }

    /// The same for a file name, without colons: `20261123T080000.123Z`.
    public var fileNameText: String { String(rfc3339.filter { $0 != ":" && $0 != "-" }) }

    /// Reads `YYYY-MM-DDThh:mm:ssZ` with or without a fraction of one to nine digits (kept to the millisecond).
    /// `nil` for anything else: another zone, a date that does not exist, a year before 1970.
    public init?(rfc3339 text: some StringProtocol) {
        var copy = String(text)
        let parsed = copy.withUTF8 { WallTime(rfc3339: UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// The same from bytes.
    public init?(rfc3339 bytes: UnsafeRawBufferPointer) {
        guard (20...30).contains(bytes.count), bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            bytes[bytes.count - 1] == UInt8(ascii: "Z")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for i in range {
                let digit = bytes[i] &- 48
                guard digit < 10 else { return nil }
                value = value * 10 + Int64(digit)
            }
            return value
        }
        guard let year = number(0..<4), year >= 1970, let month = number(5..<7), (1...12).contains(month),
            let day = number(8..<10), day >= 1, day <= Self.days(in: month, of: year),
            let hour = number(11..<13), hour < 24, let minute = number(14..<16), minute < 60,
            let second = number(17..<19), second < 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            guard bytes[19] == UInt8(ascii: "."), bytes.count > 21, number(20..<bytes.count - 1) != nil else {
                return nil
            }
            for i in 20..<23 { fraction = fraction * 10 + (i < bytes.count - 1 ? Int64(bytes[i] - 48) : 0) }
        }
        let seconds = ((Self.dayNumber(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
        self.init(milliseconds: seconds * 1000 + fraction)
    }

    private func write(into out: UnsafeMutableBufferPointer<UInt8>) {
        let clamped = min(max(milliseconds, Self.earliest.milliseconds), Self.latest.milliseconds)
        let (days, rest) = clamped.quotientAndRemainder(dividingBy: 86_400_000)
        let date = Self.date(ofDay: days)
        func write(_ value: Int64, _ digits: Int, at start: Int, then separator: StaticString) {
            var value = value
            for i in stride(from: start + digits - 1, through: start, by: -1) {
                out[i] = UInt8(48 + value % 10)
                value /= 10
            }
            out[start + digits] = separator.utf8Start.pointee
        }
        write(date.year, 4, at: 0, then: "-")
        write(date.month, 2, at: 5, then: "-")
        write(date.day, 2, at: 8, then: "T")
        write(rest / 3_600_000, 2, at: 11, then: ":")
        write(rest / 60_000 % 60, 2, at: 14, then: ":")
        write(rest / 1000 % 60, 2, at: 17, then: ".")
        write(rest % 1000, 3, at: 20, then: "Z")
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01. The year is taken to begin in March, so that the leap day is its last.
    static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(ofDay days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let era = z / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
