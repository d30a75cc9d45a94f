// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// When a watched folder is looked at without a request. Pure: takes `now`, holds no clock.
struct WatchSchedule {
    typealias Instant = ContinuousClock.Instant

    /// Between scans when all looks well.
    private let scanEvery: Duration
    /// Between looks at the folder itself, which cost one stat. They notice a file system mounted over it, which
    /// inotify does not report.
    private let rootEvery: Duration

    /// Next look at the folder itself.
    private(set) var nextRoot: Instant
    private var regular: Instant
    /// Requested, and due before the regular one.
    private var wanted: Instant?
    private var began: Instant
    private var lastTook: Duration = .zero

    /// The first scan is due at once.
    init(scanEvery: Duration, rootEvery: Duration, now: Instant) {
        self.scanEvery = scanEvery
        self.rootEvery = rootEvery
        regular = now
        nextRoot = now + rootEvery
        began = now
    }

    /// Next scan. A request during a scan is due after it: the scan may have passed the place already.
    var nextScan: Instant { min(regular, wanted ?? regular) }

    /// The next moment something is due.
    var next: Instant { min(nextScan, nextRoot) }

    mutating func rootSeen(now: Instant) { nextRoot = now + rootEvery }

    mutating func scanStarted(now: Instant) {
        began = now
        wanted = nil
    }

    mutating func scanEnded(now: Instant) {
        lastTook = now - began
        regular = now + scanEvery
    }

    /// Requests a scan after something that only a scan can sort out, such as a directory that left. It comes a little
    /// later, so that several such events share one. Pauses are nine times as long as the scans: many events cost a
    /// tenth of a core.
    mutating func scanSoon(now: Instant) { want(max(now + .seconds(1), began + lastTook * 10)) }

    mutating func scanAtOnce(now: Instant) { want(now) }

    private mutating func want(_ moment: Instant) { wanted = min(wanted ?? moment, moment) }
}

/// When a lost folder is tried again: after 1 s, doubling to 60 s.
///
/// A try costs one stat of one path, and the person who plugs the disk in again is waiting at the machine.
struct WatchBackoff {
    private var failures = 0
    private(set) var next: ContinuousClock.Instant

    /// The first try is due at once.
    init(now: ContinuousClock.Instant) { next = now }

    mutating func tryAtOnce(now: ContinuousClock.Instant) { next = now }

    mutating func failed(now: ContinuousClock.Instant) {
        failures += 1
        next = now + Backoff(from: .seconds(1), to: .seconds(60)).wait(after: failures)
    }
}
