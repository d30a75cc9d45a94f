// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct ProgressReaderTests {
    struct Case: CustomTestStringConvertible {
        var printed: String
        var passes = 1
        var fraction: Double?
        var testDescription: String { printed }
    }

    static let cases = [
        Case(printed: "", fraction: nil),
        Case(printed: "progress 0.42\n", fraction: 0.42),
        Case(printed: "progress 0.42", fraction: nil),
        Case(printed: "progress 2\nprogress nan\nprogress -1\nprogress \n", fraction: nil),
        Case(printed: "\r  0%|          | 0.0/5.85 [00:00<?, ?seconds/s]\r", fraction: 0),
        Case(printed: "\r 67%|██████▋   | 3.9/5.85 [00:01<00:00,  3.36seconds/s]\r", fraction: 0.67),
        Case(printed: "Separating: 12.5% done\n", fraction: 0.125),
        Case(printed: " 50%|#####     |\r100%|##########|\r 10%|#         |\r", passes: 4, fraction: 0.275),
        // One more bar than expected.
        Case(printed: "100%|#|\r  0%| |\r 50%|#|\r", passes: 1, fraction: 1),
        Case(printed: " 80%|#|\r 70%|#|\r", fraction: 0.8),
        // A model that is downloaded first.
        Case(printed: "100%|██████████| 80.2M/80.2M [00:01<00:00, 45.1MB/s]\r", fraction: nil),
        Case(printed: "usage is 400%\n%\nabc%\n", fraction: nil),
        Case(printed: String(repeating: "x", count: 5000) + " 50%\n", fraction: nil),
    ]

    @Test(arguments: cases)
    func `progress is read from the output of programs`(_ example: Case) {
        var reader = ProgressReader(passes: example.passes)
        reader.read(example.printed.utf8)
        #expect(reader.fraction == example.fraction)
        // For every way of cutting the bytes.
        var bytewise = ProgressReader(passes: example.passes)
        for byte in example.printed.utf8 { bytewise.read([byte]) }
        #expect(bytewise.fraction == example.fraction)
    }
}
