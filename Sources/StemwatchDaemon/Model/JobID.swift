// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// The name of a job: a ``ULID``, so names sort by the time a track was found.
public struct JobID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    let ulid: ULID
    init(_ ulid: ULID) { self.ulid = ulid }

    /// `nil` unless `rawValue` is a ULID in upper case.
    public init?(rawValue: String) {
        var text = rawValue
        let ulid = text.withUTF8 { ULID(text: UnsafeRawBufferPointer($0)) }
        guard let ulid else { return nil }
        self.ulid = ulid
    }

    /// A new name for a track found at `time`.
    public init(at time: WallTime, using generator: inout some RandomNumberGenerator) {
        ulid = ULID(at: time, using: &generator)
    }

    public var rawValue: String { ulid.text }

    // By the bits: the standard implementation for a `RawRepresentable` would make the text for every comparison and
    // hash.
    public static func == (a: Self, b: Self) -> Bool { (a.ulid.high, a.ulid.low) == (b.ulid.high, b.ulid.low) }
    public static func < (a: Self, b: Self) -> Bool { (a.ulid.high, a.ulid.low) < (b.ulid.high, b.ulid.low) }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ulid.high)
        hasher.combine(ulid.low)
    }

    public var description: String { rawValue }
}
