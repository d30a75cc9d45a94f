// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// The fields of a query or a form (`application/x-www-form-urlencoded`). The first of fields with the same name counts.
///
/// Hummingbird's decoder is not used: it passes over broken escapes of a query, and gives brackets in names a meaning.
struct FormFields: Sendable {
    private var fields: [String: String] = [:]
    private let place: String

    /// - Parameter place: how problems point at it: `/query`, `/body`.
    /// - Throws: `request.malformed` when an escape is broken or what it stands for is not UTF-8.
    init(_ bytes: some Collection<UInt8>, _ place: String) throws(APIError) {
        self.place = place
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = parts.count == 2 ? Self.decoded(parts[1]) : "" else {
                throw .malformed(place, "an escape in it is broken, or it is not UTF-8")
            }
            if fields[name] == nil { fields[name] = value }
        }
    }

    subscript(name: String) -> String? { fields[name] }

    /// A whole number of the query.
    /// - Throws: `request.malformed` when it is another thing, or out of range.
    func integer(_ name: String, _ range: ClosedRange<Int64>, default standard: Int64) throws(APIError) -> Int64 {
        guard let text = fields[name] else { return standard }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(text),
            range.contains(number)
        else {
            throw .malformed(
                "\(place)/\(name)", "it is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A text of the query that has to be of a form.
    func text(_ name: String, _ form: TextForm) throws(APIError) -> String? {
        guard let text = fields[name] else { return nil }
        guard form.matches(text) else { throw .malformed("\(place)/\(name)", "it is not \(form.noun)") }
        return text
    }

    var all: [String: String] { fields }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String? {
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(validating: spaced, as: UTF8.self).flatMap { PercentCoding.decode($0) }
            .flatMap { String(validating: $0, as: UTF8.self) }
    }
}
