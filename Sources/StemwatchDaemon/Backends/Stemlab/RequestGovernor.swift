// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Whether the next request to a service may go out now: one measure for all of them, whatever they are for. Pure.
///
/// It keeps a rate of its own, what the service said is left of its quotas, and how long it asked to be left alone.
struct RequestGovernor: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Far more than a daemon needs that waits for news, and far less than any service minds.
    static let ownLimit = RateLimit(perMinute: 240, burst: 40)

    private var bucket: TokenBucket
    private var closedUntil: Instant?
    private var quotas: [String: Left] = [:]

    private struct Left: Hashable, Sendable {
        var requests: Int64
        var full: Instant
    }

    init(_ limit: RateLimit = ownLimit, now: Instant) { bucket = limit.bucket(now: now) }

    /// Counts a request that goes out now, or says how long until one may; then nothing is counted.
    mutating func take(now: Instant) -> Duration? {
        if let closedUntil {
            if closedUntil > now { return closedUntil - now }
            self.closedUntil = nil
        }
        quotas = quotas.filter { $0.value.full > now }
        let wait = quotas.values.filter { $0.requests <= 0 }.map { $0.full - now }.max()
        if let wait { return wait }
        if let wait = bucket.take(now: now) { return wait }
        for name in quotas.keys { quotas[name]?.requests -= 1 }
        return nil
    }

    /// What an answer says is left.
    mutating func heard(_ told: [HTTPTiming.Quota], now: Instant) {
        for quota in told {
            quotas[quota.name] = quota.reset > .zero ? Left(requests: quota.remaining, full: now + quota.reset) : nil
        }
    }

    /// The service asked not to be asked for so long.
    mutating func close(for wait: Duration, now: Instant) {
        closedUntil = max(closedUntil ?? now, now + wait)
    }
}
