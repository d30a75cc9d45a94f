// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// So many requests in a window: a bucket of `quota` that fills evenly over `window`.
public struct RatePolicy: Hashable, Sendable {
    public var quota: Int
    /// Whole seconds.
    public var window: Duration

    public init(_ quota: Int, per window: Duration) {
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
public final class RateLimiter<Key: Hashable & Sendable>: Sendable {
    public typealias Instant = ContinuousClock.Instant

    public let policy: RatePolicy
    private let capacity: Int
    /// When each bucket will be full: all that has to be known of one.
    private let full: Mutex<[Key: Instant]>

    public init(_ policy: RatePolicy, capacity: Int = 100_000) {
        self.policy = policy
        self.capacity = capacity
        full = Mutex([:])
    }

    /// Takes one request of `key`, or says how long until there is one.
    func take(_ key: Key, now: Instant) -> RateStanding {
        full.withLock { full in
            let price = policy.window / policy.quota
            let fullAt = max(full[key] ?? now, now)
            let after = fullAt + price
            // Empty is a whole window away from full.
            let excess = now.duration(to: after) - policy.window
            if excess > .zero {
                return RateStanding(remaining: 0, refill: now.duration(to: fullAt), wait: excess)
            }
            if full[key] == nil, full.count >= capacity { Self.makeRoom(&full, capacity, now) }
            full[key] = after
            return standing(until: after, now)
        }
    }

    /// How it stands, without taking any.
    func look(_ key: Key, now: Instant) -> RateStanding {
        let fullAt = full.withLock { max($0[key] ?? now, now) }
        var standing = standing(until: fullAt, now)
        if standing.remaining == 0 {
            standing.wait = now.duration(to: fullAt) + policy.window / policy.quota - policy.window
        }
        return standing
    }

    /// A full bucket for `key`.
    func forget(_ key: Key) { full.withLock { $0[key] = nil } }

    private func standing(until fullAt: Instant, _ now: Instant) -> RateStanding {
        let refill = now.duration(to: fullAt)
        let left = (policy.window - refill) / policy.window * Double(policy.quota)
        // A request that was just taken at a whole number of them is not counted as a fraction short.
        return RateStanding(remaining: max(0, Int(left + 1e-6)), refill: refill, wait: nil)
    }

    private static func makeRoom(_ full: inout [Key: Instant], _ capacity: Int, _ now: Instant) {
        full = full.filter { $0.value > now }
        guard full.count >= capacity else { return }
        let kept = full.sorted { $0.value > $1.value }.prefix(capacity * 9 / 10)
        full = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
