// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemwatchDaemon

@Suite struct RetryTimersTests {
    private let start = WallTime(milliseconds: 1_000_000)
    private func job(_ n: Int64) -> JobID {
        var generator = SystemRandomNumberGenerator()
        return JobID(at: WallTime(milliseconds: n), using: &generator)
    }

    @Test func `due timers fire once, the earliest first`() {
        var timers = RetryTimers()
        let (a, b, c) = (job(1), job(2), job(3))
        timers.set(a, at: start.advanced(by: .seconds(2)))
        timers.set(b, at: start.advanced(by: .seconds(1)))
        timers.set(c, at: start.advanced(by: .seconds(9)))
        #expect(timers.next == start.advanced(by: .seconds(1)))
        #expect(timers.due(now: start.advanced(by: .seconds(2))) == [b, a])
        #expect(timers.due(now: start.advanced(by: .seconds(2))) == [])
        #expect(timers.next == start.advanced(by: .seconds(9)))
    }

    @Test func `a timer that is set again or cleared does not fire at its old time`() {
        var timers = RetryTimers()
        let (a, b) = (job(1), job(2))
        timers.set(a, at: start)
        timers.set(b, at: start)
        timers.set(a, at: start.advanced(by: .seconds(5)))
        timers.clear(b)
        #expect(timers.due(now: start.advanced(by: .seconds(4))) == [])
        #expect(timers.due(now: start.advanced(by: .seconds(5))) == [a])
        #expect(timers.next == nil)
    }
}
