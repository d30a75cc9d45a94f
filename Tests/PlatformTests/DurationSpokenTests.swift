// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct DurationSpokenTests {
    @Test(arguments: [
        (Duration.milliseconds(250), "250 ms"), (.zero, "0 ms"), (.seconds(-5), "0 ms"), (.seconds(45), "45 s"),
        (.seconds(90), "1 min 30 s"), (.seconds(3600), "1 h"), (.seconds(5400), "1 h 30 min"),
        (.seconds(5 * 86_400), "5 d"), (.seconds(86_400 + 60), "1 d"), (.seconds(Int64.max), "106751991167300 d 15 h"),
    ])
    func `a duration is written in its two largest units`(duration: Duration, text: String) {
        #expect(duration.spoken == text)
    }
}
