// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct Digest256Tests {
    private static let text = "00112233445566778899aAbBcCdDeEfF0123456789abcdefABCDEF9876543210"

    @Test func `digits of either case are read, and written in lower case`() throws {
        let digest = try #require(Digest256(hex: Self.text))
        #expect(digest.hex == Self.text.lowercased())
        #expect(digest == Digest256(bytes: stride(from: 0, to: 64, by: 2).map { Self.byte(at: $0) }))
        #expect(digest.hashValue == Digest256(hex: Self.text.lowercased())?.hashValue)
    }

    private static func byte(at offset: Int) -> UInt8 {
        UInt8(text.dropFirst(offset).prefix(2), radix: 16) ?? 0
    }

    @Test(arguments: [0, 7, 8, 31, 63])
    func `nothing but a hexadecimal digit passes for one`(position: Int) {
        for byte in UInt8.min ... .max {
            var digits = Array(Self.text.utf8)
            digits[position] = byte
            let value = UInt8(String(UnicodeScalar(byte)), radix: 16)
            let digest = digits.withUnsafeBytes { Digest256(hex: $0) }
            #expect((digest == nil) == (value == nil), "\(byte)")
            guard let digest, let value else { continue }
            #expect(UInt8(String(digest.hex.dropFirst(position).prefix(1)), radix: 16) == value)
        }
    }

    @Test(arguments: ["", "0", String(text.dropLast()), text + "0"])
    func `a digest has exactly sixty-four digits`(text: String) {
        #expect(Digest256(hex: text) == nil)
    }
}
