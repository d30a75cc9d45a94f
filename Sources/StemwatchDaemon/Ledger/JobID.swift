// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// The name of a job: a ULID (https://github.com/ulid/spec), so names sort by the time a track was found.
public struct JobID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 26 characters of Crockford's base 32.
    public let rawValue: String

    /// `nil` unless `rawValue` is a ULID in upper case.
    public init?(rawValue: String) {
        let alphabet = Self.alphabet
        guard rawValue.utf8.count == 26, rawValue.utf8.allSatisfy(alphabet.contains), rawValue.utf8.first! <= 55 else {
            return nil
        }
        self.rawValue = rawValue
    }

    /// A new name for a track found at `time`.
    public init(at time: WallTime, using generator: inout some RandomNumberGenerator) {
        let high = UInt64(max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF
        let random = (
            UInt64.random(in: 0..<(1 << 40), using: &generator), UInt64.random(in: 0..<(1 << 40), using: &generator)
        )
        rawValue = String(unsafeUninitializedCapacity: 26) { out in
            for i in 0..<10 { out[i] = Self.alphabet[Int(high >> UInt64(45 - 5 * i) & 31)] }
            for i in 0..<8 {
                out[10 + i] = Self.alphabet[Int(random.0 >> UInt64(35 - 5 * i) & 31)]
                out[18 + i] = Self.alphabet[Int(random.1 >> UInt64(35 - 5 * i) & 31)]
            }
            return 26
        }
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    public var description: String { rawValue }
}
