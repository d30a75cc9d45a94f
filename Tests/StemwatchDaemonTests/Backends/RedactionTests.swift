// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import TestKit
import Testing

@testable import StemwatchDaemon

struct RedactionTests {
    private static let secrets = ["abcabcabd", "abcabcabdef", "short", "zzzzzzzz"].map { Secret($0) }

    @Test func `a secret is removed wherever the output is cut`() {
        let cases = [
            ("token abcabcabd, abcabcabdef!", "token <redacted>, <redacted>!"),
            ("abcabcabcabdzzzzzzzzz", "abc<redacted><redacted>z"), ("a short one abcabc", "a short one <redacted>"),
            ("abcabcabde", "<redacted>e"), ("nothing, ab", "nothing, ab"), ("", ""),
        ]
        for (printed, shown) in cases {
            let bytes = Array(printed.utf8)
            for first in 0...bytes.count {
                for second in first...bytes.count {
                    var redaction = Redaction(Self.secrets)
                    let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
                    let passed = pieces.flatMap { redaction.pass(Array($0)) } + redaction.end()
                    #expect(String(decoding: passed, as: UTF8.self) == shown, "cut at \(first) and \(second)")
                }
            }
        }
    }

    @Test func `a log holds no secret, even one that was printed in two pieces`() throws {
        let directory = TemporaryDirectory()
        var log = try BoundedLog(directory("log"), secrets: Self.secrets)
        for piece in ["one abca", "bcab", "d two\n"] { log.append(Array(piece.utf8)) }
        log.end()
        #expect(try directory("log").text() == "one <redacted> two\n")
    }
}
