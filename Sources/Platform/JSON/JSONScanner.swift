// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A cursor over JSON text, strict (RFC 8259) and bounded: whatever the bytes are, it ends with a value or a problem.
/// Refers to memory that the caller keeps alive.
struct JSONScanner {
    /// How deep objects and arrays may nest.
    static let depthLimit = 64

    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func problem(_ reason: String) -> JSONProblem { JSONProblem(reason, at: position) }

    /// The current byte; 0 at the end, since no JSON text contains a NUL.
    private var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

    /// The first byte of the next value.
    mutating func peek() -> UInt8 {
        skipSpace()
        return byte
    }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Takes `expected` if it comes next.
    mutating func take(_ expected: Unicode.Scalar) -> Bool {
        skipSpace()
        guard byte == UInt8(ascii: expected) else { return false }
        position += 1
        return true
    }

    /// Nothing but space may be left.
    mutating func end() throws(JSONProblem) {
        skipSpace()
        guard position == bytes.count else { throw problem("something after the value") }
    }

    // Values

    /// Reads one value.
    mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try object(depth: depth) { (scanner, name) throws(JSONProblem) in
                members[try JSONSlice(bytes: name).string()] = try scanner.value(depth: depth + 1)
            }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try array(depth: depth) { (scanner) throws(JSONProblem) in
                elements.append(try scanner.value(depth: depth + 1))
            }
            return .array(elements)
        default:
            return try JSONSlice(bytes: skipped(depth: depth)).scalar()
        }
    }

    /// Skips one value, checks its form, and returns its text.
    mutating func skipped(depth: Int) throws(JSONProblem) -> UnsafeRawBufferPointer {
        let first = peek()
        let start = position
        switch first {
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "{"):
            try object(depth: depth) { (scanner, _) throws(JSONProblem) in _ = try scanner.skipped(depth: depth + 1) }
        case UInt8(ascii: "["):
            try array(depth: depth) { (scanner) throws(JSONProblem) in _ = try scanner.skipped(depth: depth + 1) }
        case UInt8(ascii: "-"), 48...57: try skipNumber()
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default: throw problem(position < bytes.count ? "not a value" : "the text ends early")
        }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    }

    /// Passes through an object; `member` gets the name's text, and must take the value.
    @inline(__always)
    mutating func object(
        depth: Int, member: (inout Self, UnsafeRawBufferPointer) throws(JSONProblem) -> Void
    ) throws(JSONProblem) {
        guard take("{") else { throw problem("not an object") }
        guard depth < Self.depthLimit else { throw problem("nested too deeply") }
        if take("}") { return }
        repeat {
            guard peek() == UInt8(ascii: "\"") else { throw problem("a member without a name") }
            let start = position
            try skipString()
            let name = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
            guard take(":") else { throw problem("a name without a colon") }
            try member(&self, name)
        } while take(",")
        guard take("}") else { throw problem("an object without an end") }
    }

    /// Passes through an array; `element` must take the value.
    @inline(__always)
    mutating func array(depth: Int, element: (inout Self) throws(JSONProblem) -> Void) throws(JSONProblem) {
        guard take("[") else { throw problem("not an array") }
        guard depth < Self.depthLimit else { throw problem("nested too deeply") }
        if take("]") { return }
        repeat { try element(&self) } while take(",")
        guard take("]") else { throw problem("an array without an end") }
    }

    // Scalars

    /// Finds the end of the string and refuses control characters. Escapes are checked when the string is read.
    private mutating func skipString() throws(JSONProblem) {
        position += 1
        while true {
            skipPlainText()
            guard position < bytes.count else { break }
            position += 1
            switch bytes[position - 1] {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): position += 1
            default: throw problem("a control character in a string")
            }
        }
        position = bytes.count
        throw problem("a string without an end")
    }

    /// Goes to the next quote, backslash or control character, eight bytes at a time.
    private mutating func skipPlainText() {
        while position + 8 <= bytes.count {
            let text = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let stops = Self.stops(in: text)
            if stops != 0 { return position += stops.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\""),
            bytes[position] != UInt8(ascii: "\\")
        {
            position += 1
        }
    }

    /// The top bit of the first byte that is a quote, a backslash or a control character is the lowest that is set
    /// (after https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord); zero when there is none.
    private static func stops(in text: UInt64) -> UInt64 {
        let quotes = text ^ each(UInt8(ascii: "\""))
        let backslashes = text ^ each(UInt8(ascii: "\\"))
        let found =
            (quotes &- each(1)) & ~quotes | (backslashes &- each(1)) & ~backslashes | (text &- each(0x20)) & ~text
        return found & each(0x80)
    }

    private static func each(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    private mutating func skipNumber() throws(JSONProblem) {
        if byte == UInt8(ascii: "-") { position += 1 }
        if byte == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
        if byte == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONProblem) {
        guard (48...57).contains(byte) else { throw problem("a number without digits") }
        while (48...57).contains(byte) { position += 1 }
    }

    private mutating func skipWord(_ word: StaticString) throws(JSONProblem) {
        for i in 0..<word.utf8CodeUnitCount {
            guard byte == word.utf8Start[i] else { throw problem("not a value") }
            position += 1
        }
    }
}
