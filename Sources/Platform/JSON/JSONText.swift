// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Writes JSON in the one form of all files and responses of this program: keys sorted by their bytes, slashes as they
/// are, control characters (those above ASCII included, which a terminal would obey) as `\u00XX`.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private let indented: Bool
    private var depth = 0

    init(indented: Bool) {
        self.indented = indented
        bytes.reserveCapacity(512)
    }

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .int(let number): bytes += String(number).utf8
        case .double(let number): bytes += number.isFinite ? Array(number.description.utf8) : Array("null".utf8)
        case .string(let text): append(text)
        case .array(let elements):
            block("[", "]", elements) { $0.append($1) }
        case .object(let members):
            let sorted = members.sorted { Self.precedes($0.key, $1.key) }
            block("{", "}", sorted) { text, member in
                text.append(member.key)
                text.bytes += (text.indented ? ": " : ":").utf8
                text.append(member.value)
            }
        }
    }

    private mutating func block<Item>(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ items: [Item], each: (inout Self, Item) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        depth += 1
        for (i, item) in items.enumerated() {
            if i > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine()
            each(&self, item)
        }
        depth -= 1
        if !items.isEmpty { newLine() }
        bytes.append(UInt8(ascii: close))
    }

    /// Compares bytes with memcmp, because objects are written by the million.
    private static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.withContiguousStorageIfAvailable { a in
            b.utf8.withContiguousStorageIfAvailable { b in
                let order = a.isEmpty || b.isEmpty ? 0 : memcmp(a.baseAddress!, b.baseAddress!, min(a.count, b.count))
                return order == 0 ? a.count < b.count : order < 0
            }
        }.flatMap(\.self) ?? a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    private mutating func newLine() {
        guard indented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: depth * 2)
    }

    private mutating func append(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            var plain = 0
            for (i, byte) in utf8.enumerated() {
                // C2 80…C2 9F are the control characters U+0080…U+009F; the second byte is written with the first.
                let high = byte == 0xC2 && i + 1 < utf8.count && utf8[i + 1] < 0xA0
                guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F || high else { continue }
                bytes += utf8[plain..<i]
                plain = high ? i + 2 : i + 1
                appendEscape(of: high ? utf8[i + 1] : byte)
            }
            bytes += utf8[plain...]
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(of byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes += "u00".utf8
            bytes += Hexadecimal.digits(of: byte)
        }
    }
}
