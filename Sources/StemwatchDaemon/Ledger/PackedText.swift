// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Texts that many jobs share (folders, backends, settings, codes, hints, output roots), each kept once, by their bytes: two
/// names that differ in composition only are two names.
struct TextTable: Sendable {
    private var index = SlotIndex()
    private var texts: [[UInt8]] = []

    mutating func number(of text: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: text)
        let hash = hasher.finalize()
        if let known = index.first(hash, where: { texts[Int($0)].elementsEqual(text) }) { return UInt64(known) }
        index.put(UInt32(texts.count), hash)
        texts.append(Array(text))
        return UInt64(texts.count - 1)
    }

    func bytes(_ number: UInt64) -> [UInt8] { texts[Int(number)] }
    func isText(_ number: UInt64, _ text: String) -> Bool { texts[Int(number)].elementsEqual(text.utf8) }
}

/// Writes the packed form of jobs, which never leaves memory: varints, shared texts by number.
struct PackedWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var texts = TextTable()

    /// Begins anew in the same room; the shared texts stay.
    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func number(_ value: UInt64) { bytes.append(varint: value) }

    /// Small for values near zero of either sign.
    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    mutating func word(_ value: UInt64) { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }

    mutating func digest(_ digest: Digest256) { withUnsafeBytes(of: digest.words) { bytes.append(contentsOf: $0) } }

    mutating func text(_ text: String) { raw(text.utf8) }

    mutating func raw(_ content: some Collection<UInt8>) {
        number(UInt64(content.count))
        bytes += content
    }

    mutating func shared(_ text: String) {
        var text = text
        text.withUTF8 { number(texts.number(of: UnsafeRawBufferPointer($0))) }
    }

    mutating func shared(_ content: ArraySlice<UInt8>) { content.withUnsafeBytes { number(texts.number(of: $0)) } }
}

extension [UInt8] {
    /// Seven bits a byte, the lowest first.
    mutating func append(varint value: UInt64) {
        var value = value
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(value))
    }
}

/// Reads what a ``PackedWriter`` wrote, in the same order.
struct PackedReader {
    private let bytes: [UInt8]
    private(set) var position: Int
    let texts: TextTable

    init(_ bytes: [UInt8], at position: Int, texts: TextTable) {
        self.bytes = bytes
        self.position = position
        self.texts = texts
    }

    mutating func number() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    mutating func signed() -> Int64 {
        let value = number()
        return Int64(bitPattern: value >> 1) ^ -Int64(value & 1)
    }

    mutating func word() -> UInt64 {
        defer { position += 8 }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt64.self) }
    }

    mutating func digest() -> Digest256 {
        Digest256(words: SIMD4(word(), word(), word(), word()))
    }

    mutating func raw() -> ArraySlice<UInt8> {
        let count = Int(number())
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func text() -> String { String(decoding: raw(), as: UTF8.self) }
    mutating func shared() -> String { String(decoding: texts.bytes(number()), as: UTF8.self) }
    mutating func path() -> FilePath { Self.path(raw()) }

    static func path(_ bytes: some Collection<UInt8>) -> FilePath {
        Array(bytes).withUnsafeBytes { FilePath(bytes: $0) } ?? FilePath()
    }
}
