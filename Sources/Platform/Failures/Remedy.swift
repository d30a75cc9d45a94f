// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What to do about a ``Failure``.
public enum Remedy: Hashable, Sendable {
    /// Try the same step again; `after` nil: the retry policy decides when.
    case retry(after: Duration?)
    /// Wait for something named, then go on by itself.
    case hold(until: Lift)
    /// This input can never be used as it is; a change of it makes it a new one.
    case reject
    /// No other attempt would fare better: stop all work of this kind.
    case stop
}

/// What lifts a hold.
public enum Lift: Hashable, Sendable {
    /// A moment, such as the start of the next day of a minute limit.
    case time(WallTime)
    /// A decision that only a person can make.
    case person
    /// A condition outside the program: space on a disk, a mount that comes back, a balance. The retry policy decides
    /// when to check it again.
    case surroundings
}
