// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StemwatchDaemon

/// UAX #15, from the first part of its conformance test.
@Suite struct NormalFormTests {
    @Test(arguments: [
        ("\u{1E0A}", "\u{1E0A}"), ("D\u{307}", "\u{1E0A}"), ("\u{1E0A}\u{323}", "\u{1E0C}\u{307}"),
        ("D\u{307}\u{323}", "\u{1E0C}\u{307}"), ("\u{212B}", "\u{C5}"), ("\u{2126}", "\u{3A9}"),
        ("\u{958}", "\u{915}\u{93C}"), ("\u{AC00}\u{11A8}", "\u{AC01}"), ("\u{FB01}", "\u{FB01}"), ("", ""),
    ])
    func `text is composed`(text: String, expected: String) {
        #expect(NormalForm.composed(Array(text.utf8)) == Array(expected.utf8))
    }

    @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] as [[UInt8]])
    func `bytes that are not UTF-8 have no normal form`(bytes: [UInt8]) {
        #expect(NormalForm.composed(bytes) == nil)
    }
}
