// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What to do about a ``Failure``.
public enum Remedy: Hashable, Sendable {
    /// Try the same step again; `after` nil: when the retry policy says.
    case retry(after: Duration?)
    /// Wait for something named, then go on by itself.
    case hold(until: Lift)
    /// This input can never be used as it is; a change of it makes it a new one.
    case reject
    /// No other attempt would fare better: stop what is behind this.
    case stop
}

/// What lifts a hold.
public enum Lift: Hashable, Sendable {
    /// A moment, such as the start of the next day of a minute limit.
    case time(WallTime)
    /// A person, who decides something that only a person can.
    case person
    /// Something in the surroundings: space on a disk, a mount that comes back, a balance. Asked again by the retry
    /// policy.
    case surroundings
}
