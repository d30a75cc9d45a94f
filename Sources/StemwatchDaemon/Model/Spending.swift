// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform

/// Minutes of audio counted against the budgets, at the moment they count from.
public struct Spending: Hashable, Sendable {
    public var amount: AudioDuration
    public var at: WallTime
}

/// What is left to spend at a backend.
public struct Allowance: Hashable, Sendable {
    public var remaining: AudioDuration
    public var resetsAt: WallTime?
}
