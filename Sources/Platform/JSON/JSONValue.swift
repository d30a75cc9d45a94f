// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A JSON value (RFC 8259), for documents that are small enough to hold: answers, manifests, reports.
///
/// Whole numbers are `Int64` and stay exact; minutes and money are never anything else.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    /// A number with a fraction or an exponent, or beyond `Int64`. One that is not finite is written as `null`.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads exactly one value; of members with the same name the last counts.
    /// Bounded: deeper than JSONScanner/depthLimit is refused, and nothing in `bytes` can trap it.
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONProblem) {
        self = try Array(bytes).withUnsafeBufferPointer { (text) throws(JSONProblem) in
            var scanner = JSONScanner(UnsafeRawBufferPointer(text))
            let value = try scanner.value(depth: 0)
            try scanner.end()
            return value
        }
    }

    /// As text: keys sorted by their bytes, no escaped slashes; on one line without spaces, or indented for people.
    public func text(indented: Bool = false) -> String { String(decoding: bytes(indented: indented), as: UTF8.self) }

    /// The same as UTF-8.
    public func bytes(indented: Bool = false) -> [UInt8] {
        var text = JSONText(indented: indented)
        text.append(self)
        return text.bytes
    }
}

extension JSONValue {
    /// The member of an object; `nil` when there is none, or this is no object.
    public subscript(key: String) -> JSONValue? { object?[key] }

    public var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
    public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    public var int: Int64? { if case .int(let number) = self { number } else { nil } }
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    /// Any number.
    public var double: Double? {
        switch self {
        case .double(let number): number
        case .int(let number): Double(number)
        default: nil
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
    /// Of members with the same name the last counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
