// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A length of audio in whole milliseconds. Minutes are counted in it. Never floating point.
public struct AudioDuration: Hashable, Comparable, Sendable {
    public let milliseconds: Int64
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static let zero = Self(milliseconds: 0)

    /// The length of `frames` at `sampleRate` Hz, rounded up to the millisecond so that a reservation is never short.
    /// Saturates instead of trapping: a header may claim `Int64.max` frames.
    public init(frames: Int64, sampleRate: Int) {
        guard frames > 0, sampleRate > 0 else { self = .zero; return }
        let rate = Int64(sampleRate)
        let (whole, rest) = frames.quotientAndRemainder(dividingBy: rate)
        let (milliseconds, overflow) = whole.multipliedReportingOverflow(by: 1000)
        let tail = (rest * 1000 + rate - 1) / rate
        self.milliseconds = overflow || milliseconds > .max - tail ? .max : milliseconds + tail
    }

    public static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
    /// Saturates instead of trapping.
    public static func + (a: Self, b: Self) -> Self {
        let (sum, overflow) = a.milliseconds.addingReportingOverflow(b.milliseconds)
        return Self(milliseconds: overflow ? .max : sum)
    }
    /// Saturates instead of trapping.
    public static func - (a: Self, b: Self) -> Self {
        let (difference, overflow) = a.milliseconds.subtractingReportingOverflow(b.milliseconds)
        return Self(milliseconds: overflow ? .min : difference)
    }
}

extension AudioDuration: CustomStringConvertible {
    /// `3:07.250`, or `1:02:03.004` from an hour on.
    public var description: String {
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let positive = milliseconds.magnitude
        let ms = Int64(positive % 1000), s = Int64(positive / 1000 % 60), m = Int64(positive / 60_000)
        let fraction = "." + String(repeating: "0", count: ms < 10 ? 2 : ms < 100 ? 1 : 0) + "\(ms)"
        let clock = m < 60 ? "\(m):\(two(s))" : "\(m / 60):\(two(m % 60)):\(two(s))"
        return (milliseconds < 0 ? "-" : "") + clock + fraction
    }
}
