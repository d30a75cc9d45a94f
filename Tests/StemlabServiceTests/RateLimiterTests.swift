// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StemlabService

@Suite struct RateLimiterTests {
    @Test func `a quota is there at once, then comes back evenly`() {
        let limiter = RateLimiter<String>(RatePolicy(3, per: .seconds(60)))
        let start = ContinuousClock.now
        #expect((0..<3).map { _ in limiter.take("a", now: start).remaining } == [2, 1, 0])
        #expect(limiter.take("a", now: start).wait == .seconds(20))
        #expect(limiter.take("b", now: start).wait == nil)
        #expect(limiter.take("a", now: start + .seconds(19)).wait == .seconds(1))
        #expect(limiter.take("a", now: start + .seconds(20)).wait == nil)
        #expect(limiter.take("a", now: start + .seconds(20)).wait == .seconds(20))
        #expect(limiter.take("a", now: start + .seconds(3600)).remaining == 2)
    }

    @Test func `looking takes nothing`() {
        let limiter = RateLimiter<String>(RatePolicy(1, per: .seconds(60)))
        let start = ContinuousClock.now
        #expect(limiter.look("a", now: start).wait == nil)
        #expect(limiter.take("a", now: start).wait == nil)
        #expect(limiter.look("a", now: start).wait == .seconds(60))
        limiter.forget("a")
        #expect(limiter.take("a", now: start).wait == nil)
    }

    @Test func `a flood of others does not make a limit be forgotten`() {
        let limiter = RateLimiter<Int>(RatePolicy(10, per: .seconds(60)), capacity: 100)
        let start = ContinuousClock.now
        for _ in 0..<10 { _ = limiter.take(-1, now: start) }
        for other in 0..<1000 { _ = limiter.take(other, now: start) }
        #expect(limiter.take(-1, now: start).wait != nil)
    }
}
