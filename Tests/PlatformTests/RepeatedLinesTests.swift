// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import Platform

struct RepeatedLinesTests {
    private let start = ContinuousClock.now
    private func line(_ text: String) -> RepeatedLines.Line { .init(level: .warning, text: text) }

    @Test func `the same line is written a few times a minute, then counted (spksrc#7428)`() {
        var repeated = RepeatedLines(allowed: 3, period: .seconds(60))
        var written = 0
        for second in 0..<50 { written += repeated.admit(line("watch limit"), now: start + .seconds(second)).count }
        #expect(written == 3)
        let later = repeated.admit(line("something else"), now: start + .seconds(61))
        #expect(later == [line("repeated 47 times more: watch limit"), line("something else")])
    }

    @Test func `it is written again in the next minute`() {
        var repeated = RepeatedLines(allowed: 1, period: .seconds(60))
        #expect(repeated.admit(line("a"), now: start) == [line("a")])
        #expect(repeated.admit(line("a"), now: start + .seconds(59)) == [])
        #expect(repeated.admit(line("a"), now: start + .seconds(60)) == [line("repeated once more: a"), line("a")])
    }

    @Test func `different lines do not hold each other back`() {
        var repeated = RepeatedLines(allowed: 1)
        for number in 0..<100 { #expect(repeated.admit(line("\(number)"), now: start) == [line("\(number)")]) }
    }

    @Test func `however many different lines come, few are remembered, and no count is lost`() {
        var repeated = RepeatedLines(allowed: 1, capacity: 4)
        for number in 0..<4 {
            for _ in 0..<3 { _ = repeated.admit(line("\(number)"), now: start + .milliseconds(number)) }
        }
        #expect(
            repeated.admit(line("new"), now: start + .seconds(1)) == [line("repeated 2 times more: 0"), line("new")])
        #expect(repeated.finish() == (1..<4).map { line("repeated 2 times more: \($0)") })
        #expect(repeated.finish() == [])
    }
}
