// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// `Content-Range: bytes FIRST-LAST/SIZE` of a partial PUT (RFC 9110, 14.5).
struct ContentRange: Hashable, Sendable {
    var first: Int64
    var last: Int64
    var size: Int64

    /// Bytes of the part.
    var count: Int64 { last - first + 1 }

    /// `nil` for anything else, and for a part that does not lie within the whole.
    init?(_ field: String) {
        guard field.hasPrefix("bytes ") else { return nil }
        let parts = field.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
            let size = Self.number(parts[1]), first <= last, last < size
        else { return nil }
        self.first = first
        self.last = last
        self.size = size
    }

    private static func number(_ text: Substring) -> Int64? {
        (1...12).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) } ? Int64(text) : nil
    }
}
