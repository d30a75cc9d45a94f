// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// The backends that nothing is submitted to for a while. Pure: takes the engine's `now`.
struct Cooldowns {
    struct Cooldown {
        var closedUntil: WallTime
        /// `nil`: only the rate limit.
        var reason: Failure?
        fileprivate var failures = 0
    }

    private var cooldowns: [BackendName: Cooldown] = [:]

    subscript(backend: BackendName) -> Cooldown? { cooldowns[backend] }

    func isOpen(_ backend: BackendName, at now: WallTime) -> Bool {
        (cooldowns[backend]?.closedUntil ?? .distantPast) <= now
    }

    /// When the next backend opens again; `nil`: none is closed.
    func next(after now: WallTime) -> WallTime? { cooldowns.values.map(\.closedUntil).filter { $0 > now }.min() }

    /// Another job's attempt would fail too: each failure in a row closes the backend for longer.
    mutating func close(_ backend: BackendName, for failure: Failure, at now: WallTime, _ schedule: RetrySchedule) {
        let failures = (cooldowns[backend]?.failures ?? 0) + 1
        let end = now.advanced(by: schedule.delay(attempt: failures))
        cooldowns[backend] = Cooldown(closedUntil: end, reason: failure, failures: failures)
    }

    /// The rate limit allows the next submission at `end`.
    mutating func limitRate(of backend: BackendName, until end: WallTime) {
        cooldowns[backend] = Cooldown(closedUntil: end)
    }

    mutating func open(_ backend: BackendName) { cooldowns[backend] = nil }

    mutating func openAll() { cooldowns = [:] }
}
