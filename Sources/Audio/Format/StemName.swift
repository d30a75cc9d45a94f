// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The name of one stem: `vocals`, `drums`, `bass`, `other`, or a backend's own name.
public struct StemName: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    /// - Parameter rawValue: lower-case letters, digits, `_` and `-`, 1…32 of them; anything else is `nil`,
    ///   since the name becomes a file name.
    public init?(rawValue: String) {
        let allowed = rawValue.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == 95 || $0 == 45
        }
        guard allowed, (1...32).contains(rawValue.utf8.count) else { return nil }
        self.rawValue = rawValue
    }
    private init(known: String) { rawValue = known }

    public static let vocals = Self(known: "vocals")
    public static let drums = Self(known: "drums")
    public static let bass = Self(known: "bass")
    public static let other = Self(known: "other")
    public static let guitar = Self(known: "guitar")
    public static let piano = Self(known: "piano")
    /// The four of the built-in separator, in the order they are written.
    public static let standard: [Self] = [.vocals, .drums, .bass, .other]

    public var description: String { rawValue }
}
