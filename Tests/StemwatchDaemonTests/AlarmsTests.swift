// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemwatchDaemon

@Suite struct AlarmsTests {
    private let start = WallTime(milliseconds: 1_000_000)
    private func job(_ n: Int64) -> JobID {
        var generator = SystemRandomNumberGenerator()
        return JobID(at: WallTime(milliseconds: n), using: &generator)
    }

    @Test func `those whose time has come ring once, the earliest first`() {
        var alarms = Alarms()
        let (a, b, c) = (job(1), job(2), job(3))
        alarms.set(a, at: start.advanced(by: .seconds(2)))
        alarms.set(b, at: start.advanced(by: .seconds(1)))
        alarms.set(c, at: start.advanced(by: .seconds(9)))
        #expect(alarms.next == start.advanced(by: .seconds(1)))
        #expect(alarms.due(now: start.advanced(by: .seconds(2))) == [b, a])
        #expect(alarms.due(now: start.advanced(by: .seconds(2))) == [])
        #expect(alarms.next == start.advanced(by: .seconds(9)))
    }

    @Test func `an alarm set anew, or cleared, does not ring at its old time`() {
        var alarms = Alarms()
        let (a, b) = (job(1), job(2))
        alarms.set(a, at: start)
        alarms.set(b, at: start)
        alarms.set(a, at: start.advanced(by: .seconds(5)))
        alarms.clear(b)
        #expect(alarms.due(now: start.advanced(by: .seconds(4))) == [])
        #expect(alarms.due(now: start.advanced(by: .seconds(5))) == [a])
        #expect(alarms.next == nil)
    }
}
