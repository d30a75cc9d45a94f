// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct LogTailTests {
    @Test func `the last two lines that are not progress bars are shown, on one line`() {
        let output = "Traceback\n  File x\n 10%|#  |\r 20%|## |\rRuntimeError: no\n   \nbye\u{1B}[2J\n100%|###|\r"
        #expect(LogTail.of(Array(output.utf8)) == "RuntimeError: no | bye\\x1b[2J")
        #expect(LogTail.of(Array("  5%|#|\r".utf8)) == "")
        #expect(LogTail.of(Array(String(repeating: "x", count: 5000).utf8)).utf8.count < 400)
    }

    @Test(arguments: [
        ("No such file: '/home/ada/My Song.wav'", "No such file: '… Song.wav'"),
        ("File \"/opt/demucs/lib/api.py\", line 3, in f", "File \"…\", line 3, in f"),
        ("/usr/bin/env: bad", "…: bad"), ("at (/tmp/x)", "at (…)"),
        ("see ./a and 1/2 of 3 seconds/s", "see ./a and 1/2 of 3 seconds/s"),
        ("a / b", "a / b"), ("x=/etc/passwd", "x=…"),
    ])
    func `paths are not shown`(output: String, shown: String) {
        #expect(LogTail.withoutPaths(Array(output.utf8)) == shown)
    }
}
