// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio

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
}

/// What happens to audio that was already separated with the same settings.
public enum DuplicatePolicy: String, Sendable, CaseIterable { case reuse, skip, process }

/// What happens to files that were there before a folder was first watched.
public enum ExistingPolicy: String, Sendable, CaseIterable { case take, hold, ignore }
