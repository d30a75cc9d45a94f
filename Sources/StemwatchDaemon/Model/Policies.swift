// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
import Platform

/// Minute limits of one budget; `nil` is no limit.
public struct MinuteLimits: Hashable, Sendable {
    public var perDay: AudioDuration?
    public var perMonth: AudioDuration?
    public var perTrack: AudioDuration?
}

/// When a failed step is tried again.
public struct RetryPolicy: Hashable, Sendable {
    public var first: Duration = .seconds(60)
    public var ceiling: Duration = .seconds(3600)
    public var giveUpAfter: Duration = .seconds(5 * 24 * 3600)
}

/// A token bucket: `burst` requests at once, refilled at `perMinute`.
public struct RateLimit: Hashable, Sendable {
    public var perMinute: Int
    public var burst: Int

    /// A bucket for this limit. Both figures count as at least 1, and as at most a million a second or at once.
    /// - Parameter lastTaken: when the last token was taken, of an earlier bucket that this one goes on from. How many
    ///   that one had left is not known: none is what breaks no limit. `nil`: never; it starts full.
    func bucket(lastTaken: ContinuousClock.Instant? = nil, now: ContinuousClock.Instant) -> TokenBucket {
        let rate = Int64(max(1, min(perMinute, 60_000_000)))
        // Whole nanoseconds, rounded up: no minute sees more than its rate.
        let interval = Duration.nanoseconds((60_000_000_000 + rate - 1) / rate)
        var bucket = TokenBucket(capacity: max(1, min(burst, 1_000_000)), every: interval, fullAt: now)
        if let lastTaken { bucket.fullAt = min(lastTaken, now) + bucket.window }
        return bucket
    }
}

/// What happens to audio that was already separated with the same settings.
public enum DuplicatePolicy: String, Sendable, CaseIterable { case reuse, skip, process }

/// What happens to files that were there before a folder was first watched.
public enum ExistingPolicy: String, Sendable, CaseIterable { case take, hold, ignore }
