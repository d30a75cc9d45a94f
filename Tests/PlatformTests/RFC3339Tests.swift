// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct RFC3339Tests {
    // Reference values: date -u -d @… +%FT%T.%3NZ
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_795_420_800_123, "2026-11-23T08:00:00.123Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func `a moment is written and read back`(milliseconds: Int64, text: String) {
        #expect(WallTime(milliseconds: milliseconds).rfc3339 == text)
        #expect(WallTime(rfc3339: text) == WallTime(milliseconds: milliseconds))
    }

    @Test func `every day of four centuries and a half is written and read back`() {
        var previous = ""
        let wrong = (0..<165_000).first { day in
            let time = WallTime(milliseconds: Int64(day) * 86_400_000 + 43_200_001)
            let text = time.rfc3339
            defer { previous = text }
            return WallTime(rfc3339: text) != time || previous >= text
        }
        #expect(wrong == nil)
    }

    @Test(arguments: [
        "", "Z", "2026-11-23", "2026-11-23T08:00:00", "2026-11-23 08:00:00Z", "2026-11-23T08:00:00+01:00",
        "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
        "1969-12-31T23:59:59Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.0000000000Z", "２026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.1x3Z", "+026-01-01T00:00:00Z", "2026-01-01T00:00:00,123Z", "2100-02-29T00:00:00Z",
    ])
    func `what is not exactly a moment is refused`(text: String) {
        #expect(WallTime(rfc3339: text) == nil)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:01Z", 1000), ("1970-01-01T00:00:00.5Z", 500), ("1970-01-01T00:00:00.1239999Z", 123),
    ])
    func `a fraction may be missing, shorter or longer`(text: String, milliseconds: Int64) {
        #expect(WallTime(rfc3339: text) == WallTime(milliseconds: milliseconds))
    }

    @Test func `moments out of range are written as the nearest in range`() {
        #expect(WallTime(milliseconds: .min).rfc3339 == "1970-01-01T00:00:00.000Z")
        #expect(WallTime(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
    }

    @Test func `a file name has no colons in it`() {
        #expect(WallTime(milliseconds: 1_795_420_800_123).fileNameText == "20261123T080000.123Z")
    }

    @Test func `now is after this file was written`() {
        #expect(WallTime.now > WallTime(rfc3339: "2025-01-01T00:00:00Z")!)
    }
}
