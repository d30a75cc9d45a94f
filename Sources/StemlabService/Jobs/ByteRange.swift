// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a `Range` field asks for (RFC 9110, 14.2). What is not understood is as if it were not there.
enum ByteRange: Hashable, Sendable {
    case whole
    /// Never empty.
    case part(Range<Int64>)
    /// It begins after the end.
    case beyond

    /// - Parameters:
    ///   - field: `bytes=FIRST-`, `bytes=FIRST-LAST` or `bytes=-COUNT`; `nil`: none.
    ///   - length: bytes of the whole.
    static func of(_ field: String?, length: Int64) -> ByteRange {
        guard let field, field.lowercased().hasPrefix("bytes=") else { return .whole }
        let ends = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return .whole }
        let (first, last) = (ends[0], ends[1])
        if first.isEmpty {
            guard let count = number(last) else { return .whole }
            return count == 0 || length == 0 ? .beyond : .part(max(0, length - count)..<length)
        }
        guard let start = number(first) else { return .whole }
        if last.isEmpty { return start < length ? .part(start..<length) : .beyond }
        guard let end = number(last), start <= end else { return .whole }
        return start < length ? .part(start..<min(end + 1, length)) : .beyond
    }

    private static func number(_ text: Substring) -> Int64? {
        (1...18).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) } ? Int64(text) : nil
    }
}
