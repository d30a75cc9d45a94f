// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What to do about a ``Failure``.
public enum Remedy: Hashable, Sendable {
    /// Try the same step again; `after` nil: when the retry policy says.
    case retry(after: Duration?)
    /// Wait for something named, then go on by itself.
    case hold(until: Lift)
    /// This input can never be separated as it is; a change of the file makes it a new one.
    case reject
    /// Nobody else's attempt would fare better: stop what is behind this (a backend, a folder, the daemon).
    case stop
}

/// What lifts a hold.
public enum Lift: Hashable, Sendable {
    /// A moment, such as the start of the next day of a minute limit.
    case time(WallTime)
    /// `stemwatch retry JOB`, by a person who decided something only a person can.
    case person
    /// Something in the surroundings: space on a disk, a mount that comes back, a balance. Asked again by the retry policy.
    case surroundings
}
