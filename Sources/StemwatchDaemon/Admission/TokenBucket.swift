// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Keeps a ``RateLimit``: a token comes back every 60 s / `perMinute`. Whole numbers only, so nothing drifts.
public struct TokenBucket: Hashable, Sendable {
    public typealias Instant = ContinuousClock.Instant

    /// What a token costs, in credit: a nanosecond earns `perMinute`.
    private static let cost: Int64 = 60_000_000_000

    public let limit: RateLimit
    private var credit: Int64
    private var creditedAt: Instant

    /// - Parameters:
    ///   - limit: both figures at least 1; less is taken as 1.
    ///   - lastTaken: when the last token was taken, by an earlier bucket that this one goes on from. How many that one had
    ///     left is not known: none is what breaks no limit. `nil`: never; it starts full.
    public init(_ limit: RateLimit, lastTaken: Instant? = nil, now: Instant) {
        self.limit = limit
        credit = lastTaken == nil ? Self.capacity(limit) : 0
        creditedAt = min(lastTaken ?? now, now)
    }

    /// Takes a token, or says how long until there is one; then nothing is taken.
    public mutating func take(now: Instant) -> Duration? {
        fill(now: now)
        guard credit < Self.cost else {
            credit -= Self.cost
            return nil
        }
        let rate = Self.rate(limit)
        return .nanoseconds((Self.cost - credit + rate - 1) / rate)
    }

    /// Nanoseconds lost to rounding down stay uncounted time, so that asking often costs nothing.
    private mutating func fill(now: Instant) {
        guard now > creditedAt else { return }
        let (seconds, attoseconds) = creditedAt.duration(to: now).components
        let (whole, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let nanoseconds = whole &+ attoseconds / 1_000_000_000
        let (earned, tooMuch) = nanoseconds.multipliedReportingOverflow(by: Self.rate(limit))
        let capacity = Self.capacity(limit)
        guard !tooLong, !tooMuch, earned < capacity - credit else {
            credit = capacity
            creditedAt = now
            return
        }
        credit += earned
        creditedAt += .nanoseconds(nanoseconds)
    }

    /// Beyond a million a second nothing is limited any more, and nothing here overflows.
    private static func rate(_ limit: RateLimit) -> Int64 { Int64(max(1, min(limit.perMinute, 60_000_000))) }
    private static func capacity(_ limit: RateLimit) -> Int64 { Int64(max(1, min(limit.burst, 1_000_000))) * cost }
}
