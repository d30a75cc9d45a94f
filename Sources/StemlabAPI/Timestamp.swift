// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// A moment on the wire: RFC 3339 in UTC with milliseconds, `2026-11-25T08:00:00.123Z`.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    public var time: WallTime

    public init(_ time: WallTime) { self.time = time }

    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z, as the service's database has it.
    public init(milliseconds: Int64) { time = WallTime(milliseconds: milliseconds) }

    public static func < (a: Self, b: Self) -> Bool { a.time < b.time }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = WallTime(rfc3339: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a moment in RFC 3339, in UTC")
        }
        self.time = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(time.rfc3339)
    }
}
