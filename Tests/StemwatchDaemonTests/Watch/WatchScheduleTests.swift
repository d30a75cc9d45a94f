// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StemwatchDaemon

@Suite struct WatchScheduleTests {
    let start = ContinuousClock.now
    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `scans at once, and then at its interval`() {
        var schedule = WatchSchedule(scanEvery: .seconds(300), rootEvery: .seconds(30), now: start)
        #expect(schedule.nextScan == start && schedule.nextRoot == at(30))
        schedule.scanStarted(now: start)
        schedule.scanEnded(now: at(10))
        #expect(schedule.nextScan == at(310) && schedule.next == at(30))
        schedule.rootSeen(now: at(305))
        #expect(schedule.next == at(310))
    }

    @Test func `a scan requested during a scan comes after it`() {
        var schedule = WatchSchedule(scanEvery: .seconds(300), rootEvery: .seconds(30), now: start)
        schedule.scanStarted(now: start)
        schedule.scanAtOnce(now: at(1))
        schedule.scanEnded(now: at(2))
        #expect(schedule.nextScan == at(1))
        schedule.scanStarted(now: at(2))
        schedule.scanEnded(now: at(3))
        #expect(schedule.nextScan == at(303))
    }

    @Test func `a storm of scan requests takes at most a tenth of the time`() {
        var schedule = WatchSchedule(scanEvery: .seconds(300), rootEvery: .seconds(30), now: start)
        schedule.scanStarted(now: start)
        schedule.scanEnded(now: at(6))
        schedule.scanSoon(now: at(7))
        schedule.scanSoon(now: at(8))
        #expect(schedule.nextScan == at(60))
        schedule.scanAtOnce(now: at(9))
        #expect(schedule.nextScan == at(9))
    }

    @Test func `a lost folder is tried at once, then after 1 s, doubling to 60 s`() {
        var backoff = WatchBackoff(now: start)
        #expect(backoff.next == start)
        let waits = (0..<8).map { _ in
            backoff.failed(now: start)
            return backoff.next - start
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
    }
}
