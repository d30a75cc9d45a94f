// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemwatchDaemon

struct RequestGovernorTests {
    private let start = ContinuousClock.now

    @Test func `its own rate applies when the service sends no limits`() {
        var governor = RequestGovernor(RateLimit(perMinute: 60, burst: 2), now: start)
        #expect(governor.take(now: start) == nil)
        #expect(governor.take(now: start) == nil)
        #expect(governor.take(now: start) == .seconds(1))
        #expect(governor.take(now: start + .seconds(1)) == nil)
    }

    @Test func `a quota is not overdrawn, and is forgotten when it is full again`() {
        var governor = RequestGovernor(now: start)
        governor.heard(HTTPTiming.quotas(#""account";r=2;t=30, "address";r=100;t=60"#), now: start)
        #expect(governor.take(now: start) == nil)
        #expect(governor.take(now: start) == nil)
        #expect(governor.take(now: start) == .seconds(30))
        #expect(governor.take(now: start + .seconds(10)) == .seconds(20))
        #expect(governor.take(now: start + .seconds(30)) == nil)
    }

    @Test func `a service's Retry-After is respected, and the longest counts`() {
        var governor = RequestGovernor(now: start)
        governor.close(for: .seconds(20), now: start)
        governor.close(for: .seconds(5), now: start)
        #expect(governor.take(now: start) == .seconds(20))
        #expect(governor.take(now: start + .seconds(20)) == nil)
    }
}
