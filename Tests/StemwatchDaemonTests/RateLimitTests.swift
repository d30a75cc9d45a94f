// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import TestKit
import Testing

@testable import StemwatchDaemon

struct RateLimitTests {
    private let start = ContinuousClock.now

    @Test func `starts full, then refills evenly at its rate`() {
        var bucket = RateLimit(perMinute: 6, burst: 3).bucket(now: start)
        for _ in 0..<3 { #expect(bucket.take(now: start) == nil) }
        #expect(bucket.take(now: start) == .seconds(10))
        #expect(bucket.take(now: start + .seconds(4)) == .seconds(6))
        #expect(bucket.take(now: start + .seconds(10)) == nil)
        #expect(bucket.take(now: start + .seconds(10)) == .seconds(10))
    }

    @Test func `a bucket that continues another has the tokens since the last one, and no more`() {
        let limit = RateLimit(perMinute: 6, burst: 3)
        for (quiet, tokens) in [(Duration.zero, 0), (.seconds(9), 0), (.seconds(10), 1), (.seconds(25), 2)] {
            var bucket = limit.bucket(lastTaken: start - quiet, now: start)
            for _ in 0..<tokens { #expect(bucket.take(now: start) == nil) }
            #expect(bucket.take(now: start) != nil)
        }
        var rested = limit.bucket(lastTaken: start - .seconds(1000), now: start)
        for _ in 0..<3 { #expect(rested.take(now: start) == nil) }
        #expect(rested.take(now: start) == .seconds(10))
        // A clock that was set back.
        var early = limit.bucket(lastTaken: start + .seconds(1000), now: start)
        #expect(early.take(now: start) == .seconds(10))
    }

    @Test func `never holds more than its burst, however long it was not used`() {
        var bucket = RateLimit(perMinute: 60, burst: 2).bucket(now: start)
        let later = start + .seconds(10_000_000_000)
        #expect(bucket.take(now: later) == nil && bucket.take(now: later) == nil)
        #expect(bucket.take(now: later) == .seconds(1))
    }

    @Test(arguments: [RateLimit(perMinute: 0, burst: 0), RateLimit(perMinute: -1, burst: -1)])
    func `a limit of nothing is one a minute`(limit: RateLimit) {
        var bucket = limit.bucket(now: start)
        #expect(bucket.take(now: start) == nil)
        #expect(bucket.take(now: start) == .seconds(60))
    }

    @Test func `extreme limits overflow nothing`() {
        var bucket = RateLimit(perMinute: .max, burst: .max).bucket(now: start)
        #expect(bucket.take(now: start) == nil)
        #expect(bucket.take(now: start + .seconds(1)) == nil)
        var narrow = RateLimit(perMinute: .max, burst: 1).bucket(now: start)
        #expect(narrow.take(now: start) == nil)
        #expect(narrow.take(now: start) == .microseconds(1))
    }

    @Test(arguments: 0..<20)
    func `no minute ever has more than burst and rate allow, however often it is asked`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = RateLimit(perMinute: .random(in: 1...90, using: &random), burst: .random(in: 1...5, using: &random))
        var bucket = limit.bucket(now: start)
        var now = start
        var taken: [ContinuousClock.Instant] = []
        var waited: Duration?
        for _ in 0..<2000 {
            now += waited ?? .nanoseconds(Int64.random(in: 0..<900_000_007, using: &random))
            let wait = bucket.take(now: now)
            if waited != nil { #expect(wait == nil, "waited as told and still refused") }
            if wait == nil { taken.append(now) }
            waited = wait.flatMap { Bool.random(using: &random) ? $0 : nil }
        }
        for (i, first) in taken.enumerated() {
            let minute = taken[i...].prefix { first.duration(to: $0) < .seconds(60) }
            #expect(minute.count <= limit.burst + limit.perMinute)
        }
    }
}
