// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The text of one JSON value whose outer form is checked but which is not yet decoded. For lines that are read by the
/// million, where building a ``JSONValue`` would cost more than the reading.
///
/// Refers to the caller's memory: valid as long as the bytes it was made from.
public struct JSONSlice {
    /// The value's text, without space around it.
    public let bytes: UnsafeRawBufferPointer

    /// For text that a scanner has passed over.
    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// `text` must be exactly one value.
    public init(parsing text: UnsafeRawBufferPointer) throws(JSONProblem) {
        var scanner = JSONScanner(text)
        bytes = try scanner.skipped(depth: 0)
        try scanner.end()
    }

    public var isNull: Bool { bytes.first == UInt8(ascii: "n") }

    /// The value as a whole number; a fraction, an exponent or more than 64 bits is a problem.
    public func int() throws(JSONProblem) -> Int64 {
        var value: Int64 = 0
        let negative = bytes.first == UInt8(ascii: "-")
        for byte in bytes.dropFirst(negative ? 1 : 0) {
            let digit = byte &- 48
            guard digit < 10 else { throw JSONProblem("not a whole number") }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            // Accumulates negative values, since Int64.min has no positive counterpart.
            let (next, overflows) = tens.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !overflows else { throw JSONProblem("a number beyond 64 bits") }
            value = next
        }
        guard negative || value != .min else { throw JSONProblem("a number beyond 64 bits") }
        return negative ? value : -value
    }

    public func bool() throws(JSONProblem) -> Bool {
        switch bytes.first {
        case UInt8(ascii: "t"): return true
        case UInt8(ascii: "f"): return false
        default: throw JSONProblem("not true or false")
        }
    }

    /// The value as text, escapes resolved. Not UTF-8, a bad escape or half a surrogate pair is a problem.
    public func string() throws(JSONProblem) -> String {
        let content = try content()
        if Self.hasEscapes(content) { return try Self.string(of: Self.unescaped(content)) }
        // Validating costs more than all the rest, and ASCII needs none.
        if content.reduce(0, |) < 0x80 { return String(decoding: content, as: UTF8.self) }
        return try Self.string(of: content)
    }

    private static func string(of text: some Sequence<UInt8>) throws(JSONProblem) -> String {
        guard let text = String(validating: text, as: UTF8.self) else { throw JSONProblem("not UTF-8") }
        return text
    }

    /// Calls `body` with the string's bytes, escapes resolved, for text that need not become a `String`.
    @inlinable
    public func withText<Result>(
        _ body: (UnsafeRawBufferPointer) throws(JSONProblem) -> Result
    ) throws(JSONProblem) -> Result {
        let content = try content()
        guard Self.hasEscapes(content) else { return try body(content) }
        return try Self.unescaped(content).withUnsafeBufferPointer { (text) throws(JSONProblem) in
            try body(UnsafeRawBufferPointer(text))
        }
    }

    /// The members of an object.
    public func members() throws(JSONProblem) -> JSONMembers { try JSONMembers(parsing: bytes) }

    /// Each element of an array, in order.
    public func forEach(_ body: (JSONSlice) throws(JSONProblem) -> Void) throws(JSONProblem) {
        var scanner = JSONScanner(bytes)
        try scanner.array(depth: 0) { (scanner) throws(JSONProblem) in
            try body(JSONSlice(bytes: scanner.skipped(depth: 1)))
        }
    }

    /// The value as a scalar: not an object or an array.
    func scalar() throws(JSONProblem) -> JSONValue {
        switch bytes.first {
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "t"): return .bool(true)
        case UInt8(ascii: "f"): return .bool(false)
        case UInt8(ascii: "\""): return .string(try string())
        default:
            do throws(JSONProblem) { return .int(try int()) } catch {
                guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else {
                    throw JSONProblem("a number out of range")
                }
                return .double(number)
            }
        }
    }

    /// Between the quotes.
    @usableFromInline
    func content() throws(JSONProblem) -> UnsafeRawBufferPointer {
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\"") else { throw JSONProblem("not a string") }
        return UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1])
    }

    @usableFromInline
    static func hasEscapes(_ content: UnsafeRawBufferPointer) -> Bool {
        content.count > 0 && memchr(content.baseAddress!, 0x5C, content.count) != nil
    }

    @usableFromInline
    static func unescaped(_ content: UnsafeRawBufferPointer) throws(JSONProblem) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var i = 0
        while i < content.count {
            let byte = content[i]
            i += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            let kind = i < content.count ? content[i] : 0
            i += 1
            switch kind {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(kind)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result += try scalar(in: content, at: &i).utf8
            default: throw JSONProblem("an unknown escape in a string")
            }
        }
        return result
    }

    /// The scalar whose four digits begin at `i`; two escapes when it is beyond U+FFFF.
    private static func scalar(
        in content: UnsafeRawBufferPointer, at i: inout Int
    ) throws(JSONProblem) -> String {
        let first = try unit(in: content, at: &i)
        if let scalar = Unicode.Scalar(first) { return String(scalar) }
        guard first < 0xDC00, i + 1 < content.count, content[i] == UInt8(ascii: "\\"),
            content[i + 1] == UInt8(ascii: "u")
        else { throw JSONProblem("half a surrogate pair in a string") }
        i += 2
        let second = try unit(in: content, at: &i)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONProblem("half a surrogate pair in a string") }
        return String(scalar)
    }

    private static func unit(in content: UnsafeRawBufferPointer, at i: inout Int) throws(JSONProblem) -> UInt32 {
        guard i + 4 <= content.count else { throw JSONProblem("an escape without its digits") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Hexadecimal.value(of: content[i]) else {
                throw JSONProblem("an escape without its digits")
            }
            value = value << 4 | UInt32(digit)
            i += 1
        }
        return value
    }
}
