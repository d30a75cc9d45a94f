// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// The names of things: a word for what it is, and 26 characters as in a ULID (https://github.com/ulid/spec) in lower
/// case, so that names sort by the time they were made: `acc_01jdf3yq0v8z7n5t2k4m6p9r1s`.
enum Identifier {
    enum Kind: String, Sendable {
        case account = "acc"
        case token = "tok"
        case upload = "upl"
        case job = "job"
        case mail = "eml"
        case request = "req"
    }

    static func make(_ kind: Kind, at time: WallTime) -> String {
        var generator = SystemRandomNumberGenerator()
        return "\(kind.rawValue)_\(ULID(at: time, using: &generator).text.lowercased())"
    }

    /// Whether `text` could have been made here: other texts name nothing, and are not looked for in the database.
    static func isWellFormed(_ text: String, _ kind: Kind) -> Bool {
        let bytes = text.utf8
        return bytes.count == 30 && text.hasPrefix(kind.rawValue + "_")
            && bytes.dropFirst(4).allSatisfy(alphabet.contains)
    }

    private static let alphabet = Array(String(decoding: ULID.alphabet, as: UTF8.self).lowercased().utf8)
}
