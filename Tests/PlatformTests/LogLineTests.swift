// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import Platform

struct LogLineTests {
    @Test func `metadata follows the message, keys sorted, quoted where it is not one word`() {
        let text = LogLine.text(
            message: "delivered",
            metadata: ["path": "Artist/New Song.wav", "job": "01JD", "empty": "", "quote": "a\"b"])
        #expect(text == #"delivered empty="" job=01JD path="Artist/New Song.wav" quote="a\"b""#)
    }

    @Test func `a name with line breaks and escapes stays on its line`() {
        let text = LogLine.text(message: "ignored a\nb", metadata: ["path": "x\r\n<3>fake\u{1B}[2Jy"])
        #expect(text == #"ignored a\x0ab path=x\x0d\x0a<3>fake\x1b[2Jy"#)
    }

    @Test(arguments: [
        (Logger.Level.trace, "<7>"), (.debug, "<7>"), (.info, "<6>"), (.notice, "<5>"), (.warning, "<4>"),
        (.error, "<3>"),
        (.critical, "<2>"),
    ])
    func `a line for the journal has a level and no time`(level: Logger.Level, prefix: String) {
        let line = LogLine.bytes(
            level: level, "ready folders=2", style: .journal, time: LocalTimestamp(WallTime(milliseconds: 0)))
        #expect(String(decoding: line, as: UTF8.self) == "\(prefix)ready folders=2\n")
    }

    @Test func `elsewhere a line begins with the time and the level`() {
        let time = LocalTimestamp(WallTime(milliseconds: 1_795_420_800_123))
        let line = String(decoding: LogLine.bytes(level: .warning, "full", style: .plain, time: time), as: UTF8.self)
        #expect(
            line.wholeMatch(of: /2026-11-2[234]T\d\d:\d\d:\d\d\.123(Z|[+-]\d\d:\d\d) warning  full\n/) != nil, "\(line)"
        )
    }

    @Test func `a long line is cut between characters, and fits one atomic write`() {
        let line = LogLine.bytes(
            level: .info, String(repeating: "🎵", count: 5000), style: .journal,
            time: LocalTimestamp(WallTime(milliseconds: 0)))
        #expect(line.count <= LogLine.maximumLength)
        #expect(line.count > LogLine.maximumLength - 200)
        let text = String(decoding: line, as: UTF8.self)
        #expect(text.hasSuffix("🎵…\n"))
        #expect(!text.contains("\u{FFFD}"))
    }
}
