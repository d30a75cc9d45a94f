// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A name that sorts by the time it was made (https://github.com/ulid/spec): 48 bits of milliseconds, 80 random ones.
package struct ULID: Hashable, Comparable, Sendable {
    /// The 128 bits, most significant first: a quarter of the memory of the text.
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(at time: WallTime, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF
        high = milliseconds << 16 | UInt64(UInt16.random(in: .min ... .max, using: &generator))
        low = UInt64.random(in: .min ... .max, using: &generator)
    }

    /// `nil` unless `text` is a ULID in upper-case ASCII.
    package init?(text: UnsafeRawBufferPointer) {
        // 26 characters of five bits are 130: the first may only use three of its own.
        guard text.count == 26, text[0] <= UInt8(ascii: "7") else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text {
            let value = Self.values[Int(byte)]
            guard value < 32 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        self.init(high: high, low: low)
    }

    /// 26 characters of Crockford's base 32, in upper case.
    package var text: String {
        String(unsafeUninitializedCapacity: 26) { out in
            var (high, low) = (high, low)
            for i in stride(from: 25, through: 0, by: -1) {
                out[i] = Self.alphabet[Int(low & 31)]
                low = low >> 5 | high << 59
                high >>= 5
            }
            return 26
        }
    }

    /// The characters of ``text``.
    package static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The value of each ASCII character; 255 for what is none of the alphabet.
    private static let values: [UInt8] = (0..<256).map { byte in
        UInt8(alphabet.firstIndex(of: UInt8(byte)) ?? 255)
    }

    package static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
