// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import TestKit
import Testing

@testable import StemwatchDaemon

struct RetryScheduleTests {
    private let schedule = RetrySchedule(RetryPolicy())
    private let start = WallTime(rfc3339: "2026-11-23T12:00:00Z")!
    private func failure(_ after: Duration? = nil) -> Failure {
        Failure(.backendUnavailable, "no answer", hint: "look at it", remedy: .retry(after: after))
    }

    private func delay(_ attempt: Int, asked: Duration? = nil, seed: UInt64 = 1) -> Duration? {
        var random = SeededGenerator(seed: seed)
        let decision = schedule.next(
            after: failure(asked), attempt: attempt, troubledSince: start, now: start, using: &random)
        if case .again(let delay) = decision { return delay }
        return nil
    }

    @Test(arguments: [(1, 60), (2, 120), (3, 240), (6, 1920), (7, 3600), (100, 3600), (Int.max, 3600), (0, 60)])
    func `waits double from a minute to an hour, plus up to a quarter`(attempt: Int, seconds: Int) {
        for seed in 0..<50 {
            let delay = delay(attempt, seed: UInt64(seed))!
            #expect((Duration.seconds(seconds)...Duration.seconds(seconds) * 1.25).contains(delay))
        }
        #expect(Set((0..<50).map { delay(attempt, seed: UInt64($0))! }).count > 10)
    }

    @Test(arguments: [
        (Duration.seconds(90), 1, 90), (.seconds(86_400 * 365), 1, 3600), (.seconds(Int64.max), 1, 3600), (.zero, 1, 1),
        (.seconds(-5), 4, 8), (.zero, 20, 3600),
    ])
    func `a server's Retry-After is respected within bounds, even a hostile one`(
        asked: Duration, attempt: Int, seconds: Int
    ) {
        let delay = delay(attempt, asked: asked)!
        #expect((Duration.seconds(seconds)...Duration.seconds(seconds) * 1.25).contains(delay))
    }

    @Test func `a job is given up after five days, with what failed and what to do`() {
        var random = SeededGenerator(seed: 1)
        let decision = schedule.next(
            after: failure(), attempt: 130, troubledSince: start, now: start.advanced(by: .seconds(5 * 86_400)),
            using: &random)
        guard case .giveUp(let failure) = decision else {
            Issue.record("not given up")
            return
        }
        #expect(failure.code == .jobGaveUp)
        #expect(failure.message == "given up after 130 attempts in 5 d: no answer")
        #expect(failure.hint == "look at it; stemwatch retry JOB starts it anew")
    }

    @Test(arguments: [(1, 86_400 * 365), (4, 86_400 * 365), (1000, 5 * 86_400 - 1), (1000, -86_400)])
    func `a clock that jumped does not make it give up`(attempt: Int, seconds: Int) {
        var random = SeededGenerator(seed: 1)
        let decision = schedule.next(
            after: failure(), attempt: attempt, troubledSince: start, now: start.advanced(by: .seconds(seconds)),
            using: &random)
        guard case .again = decision else {
            Issue.record("given up")
            return
        }
    }
}
