// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Settings
import Testing

@testable import StemwatchDaemon

struct NotationTests {
    @Test(arguments: [
        ("500ms", 500), ("5s", 5000), ("30m", 1_800_000), ("1h", 3_600_000), ("5d", 432_000_000), ("1h30m", 5_400_000),
        ("1s500ms", 1500),
        ("0s", 0),
    ])
    func `a duration is read and written the same`(text: String, milliseconds: Int64) throws {
        #expect(try DurationNotation.milliseconds(text) == milliseconds)
        #expect(DurationNotation.text(milliseconds: milliseconds) == text)
    }

    @Test(arguments: [("90s", "1m30s"), ("60m", "1h"), ("48h", "2d"), ("1000ms", "1s")])
    func `a duration is written in its largest units`(text: String, written: String) throws {
        #expect(DurationNotation.text(milliseconds: try DurationNotation.milliseconds(text)) == written)
    }

    @Test(
        arguments: [
            ("200MB", 200_000_000), ("4GiB", 4 << 30), ("1B", 1), ("0B", 0), ("1500kB", 1_500_000), ("3TiB", 3 << 40),
            ("999B", 999),
            ("1KiB", 1024),
        ] as [(String, Int64)])
    func `a size is read and written the same`(text: String, bytes: Int64) throws {
        #expect(try SizeNotation.bytes(text) == bytes)
        #expect(SizeNotation.text(bytes: bytes) == text)
    }

    @Test(
        arguments: [
            ("120", 7_200_000), ("90.5", 5_430_000), ("0.001", 60), ("0.25", 15_000), ("10000000", 600_000_000_000),
        ] as [(String, Int64)])
    func `minutes are whole milliseconds, read and written the same`(text: String, milliseconds: Int64) throws {
        #expect(try MinutesNotation.duration(text) == AudioDuration(milliseconds: milliseconds))
        #expect(MinutesNotation.text(AudioDuration(milliseconds: milliseconds)) == text)
    }

    @Test(arguments: [
        "", ".5", "5.", "1e3", "-1", "1,5", "10000001", "99999999999999999999", "٣", "0", "0.000", "Infinity",
    ])
    func `text that is not a number of minutes is refused`(text: String) {
        #expect(throws: ValueProblem.self) { try MinutesNotation.duration(text) }
    }

    @Test(arguments: [("0640", 0o640), ("664", 0o664), ("0o600", 0o600)] as [(String, UInt16)])
    func `a mode is octal, however it is written`(text: String, mode: UInt16) throws {
        #expect(try ModeNotation.mode(text) == mode)
        #expect(try ModeNotation.mode(String(ModeNotation.text(mode).dropFirst().dropLast())) == mode)
    }

    @Test(
        arguments: [
            ("setle", "settle"), ("Settle", "settle"), ("settel", "settle"), ("poll interval", "poll_interval"),
            ("pathh", "path"),
            ("zzz", nil), ("output_folder", nil), ("", nil),
        ] as [(String, String?)])
    func `a near miss is found, and an unrelated word is not`(word: String, meant: String?) {
        #expect(NearMiss.of(word, among: ["path", "output", "settle", "settle_polled", "poll_interval"]) == meant)
    }
}
