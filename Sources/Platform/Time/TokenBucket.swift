// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A bucket of tokens that fills evenly: one more every `interval`, and no more than `capacity`. Pure.
///
/// Its whole state is the time when it will be full.
package struct TokenBucket: Hashable, Sendable {
    package typealias Instant = ContinuousClock.Instant

    package let interval: Duration
    package let capacity: Int
    package var fullAt: Instant

    package init(capacity: Int, every interval: Duration, fullAt: Instant) {
        self.capacity = capacity
        self.interval = interval
        self.fullAt = fullAt
    }

    /// From empty to full.
    package var window: Duration { interval * capacity }

    /// Takes a token; or takes nothing and returns how long until there is one.
    package mutating func take(now: Instant) -> Duration? {
        if let wait = wait(now: now) { return wait }
        fullAt = max(fullAt, now) + interval
        return nil
    }

    /// How long until there is a token; `nil`: there is one.
    package func wait(now: Instant) -> Duration? {
        let excess = untilFull(now: now) + interval - window
        return excess > .zero ? excess : nil
    }

    package func untilFull(now: Instant) -> Duration { max(.zero, now.duration(to: fullAt)) }
}
