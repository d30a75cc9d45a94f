// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The fields of a query or a form (`application/x-www-form-urlencoded`). Of fields with the same name the first counts.
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
        var out: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): out.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                out.append(high << 4 | low)
            default: out.append(byte)
            }
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
