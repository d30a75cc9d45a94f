// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a text in a request has to look like: the document's patterns, checked without a regular expression.
struct TextForm: Sendable {
    /// With its article, for messages: `an e-mail address`.
    let noun: String
    let matches: @Sendable (String) -> Bool

    init(_ noun: String, _ matches: @escaping @Sendable (String) -> Bool) {
        self.noun = noun
        self.matches = matches
    }

    /// So many characters of these.
    static func characters(
        _ noun: String, _ count: ClosedRange<Int>, _ isAllowed: @escaping @Sendable (UInt8) -> Bool
    ) -> Self {
        Self(noun) { count.contains($0.utf8.count) && $0.utf8.allSatisfy(isAllowed) }
    }

    /// So many Unicode scalars, whatever they are.
    static func any(_ noun: String, _ count: ClosedRange<Int>) -> Self {
        Self(noun) { count.contains($0.unicodeScalars.count) }
    }

    /// Text on one line: no control characters.
    static func line(_ noun: String, _ count: ClosedRange<Int>) -> Self {
        Self(noun) { text in
            count.contains(text.unicodeScalars.count)
                && text.unicodeScalars.allSatisfy { $0.value > 0x1F && $0.value != 0x7F }
        }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// A page's place in a list.
    static let cursor = characters("a cursor", 1...64) {
        isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }

    /// A token or a code of ours, of whatever kind.
    static let secret = characters("a code of this service", 20...100) {
        isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
}
