// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A moment of civil time, in milliseconds since 1970-01-01T00:00:00Z. Files use it.
///
/// Waits use `ContinuousClock`: wall clocks jump.
public struct WallTime: Hashable, Comparable, Sendable {
    public let milliseconds: Int64
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Before every moment there is.
    public static let distantPast = Self(milliseconds: .min)

    public static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }

    /// Saturates instead of trapping.
    public func advanced(by duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return Self(milliseconds: seconds < 0 ? .min : .max) }
        let (sum, overflows) = milliseconds.addingReportingOverflow(whole + attoseconds / 1_000_000_000_000_000)
        return Self(milliseconds: overflows ? (whole < 0 ? .min : .max) : sum)
    }

    /// How long from `earlier` to this moment; negative when this comes first. Saturates instead of trapping.
    public func since(_ earlier: Self) -> Duration {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(overflow ? (milliseconds < 0 ? Int64.min : Int64.max) : difference)
    }
}
