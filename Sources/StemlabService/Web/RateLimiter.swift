// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization

/// So many requests in a window: a bucket of `quota` that fills evenly over `window`.
struct RatePolicy: Hashable, Sendable {
    var quota: Int
    /// Whole seconds.
    var window: Duration

    init(_ quota: Int, per window: Duration) {
        self.quota = max(1, quota)
        self.window = window
    }

    var seconds: Int64 { window.components.seconds }
}

/// How a bucket stands after a request.
struct RateStanding: Sendable {
    var remaining: Int
    /// Until it is full again.
    var refill: Duration
    /// Until the next request is taken; `nil`: this one was.
    var wait: Duration?
}

/// Counts requests by who makes them. In memory: a restart gives everybody a full bucket.
///
/// Bounded: of the buckets that are full again none is kept, and when there are too many still, the emptiest are: a flood from
/// many addresses cannot make anybody's limit be forgotten by pushing it out.
final class RateLimiter<Key: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    let policy: RatePolicy
    private let capacity: Int
    /// When each bucket will be full: all that has to be known of one.
    private let full: Mutex<[Key: Instant]>

    init(_ policy: RatePolicy, capacity: Int = 100_000) {
        self.policy = policy
        self.capacity = capacity
        full = Mutex([:])
    }

    /// Takes one request of `key`, or returns how long until there is one.
    func take(_ key: Key, now: Instant) -> RateStanding {
        full.withLock { full in
            var bucket = self.bucket(fullAt: full[key] ?? now)
            if let wait = bucket.take(now: now) { return standing(of: bucket, now, wait: wait) }
            if full[key] == nil, full.count >= capacity { Self.makeRoom(&full, capacity, now) }
            full[key] = bucket.fullAt
            return standing(of: bucket, now, wait: nil)
        }
    }

    /// How it stands, without taking any.
    func look(_ key: Key, now: Instant) -> RateStanding {
        let bucket = full.withLock { self.bucket(fullAt: $0[key] ?? now) }
        return standing(of: bucket, now, wait: bucket.wait(now: now))
    }

    /// A full bucket for `key`.
    func forget(_ key: Key) { full.withLock { $0[key] = nil } }

    private func bucket(fullAt: Instant) -> TokenBucket {
        TokenBucket(capacity: policy.quota, every: policy.window / policy.quota, fullAt: fullAt)
    }

    private func standing(of bucket: TokenBucket, _ now: Instant, wait: Duration?) -> RateStanding {
        let refill = bucket.untilFull(now: now)
        let left = (policy.window - refill) / policy.window * Double(policy.quota)
        // A request that was just taken at a whole number of them is not counted as a fraction short.
        return RateStanding(remaining: wait == nil ? max(0, Int(left + 1e-6)) : 0, refill: refill, wait: wait)
    }

    private static func makeRoom(_ full: inout [Key: Instant], _ capacity: Int, _ now: Instant) {
        full = full.filter { $0.value > now }
        guard full.count >= capacity else { return }
        let kept = full.sorted { $0.value > $1.value }.prefix(capacity * 9 / 10)
        full = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
