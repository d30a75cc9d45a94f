// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A SHA-256 value.
public struct Digest256: Hashable, Sendable {
    /// The 32 bytes as four big-endian words: half the memory of an array, and hashable at once.
    public let words: SIMD4<UInt64>

    public init(words: SIMD4<UInt64>) { self.words = words }

    /// - Parameter bytes: exactly 32; anything else is `nil`.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words = SIMD4<UInt64>()
        for (i, byte) in bytes.enumerated() { words[i / 8] = words[i / 8] << 8 | UInt64(byte) }
        self.words = words
    }

    /// - Parameter hex: exactly 64 hexadecimal digits; anything else is `nil`.
    public init?(hex: some StringProtocol) {
        var text = String(hex)
        let digest = text.withUTF8 { Digest256(hex: UnsafeRawBufferPointer($0)) }
        guard let digest else { return nil }
        self = digest
    }

    /// - Parameter digits: exactly 64 hexadecimal digits in ASCII; anything else is `nil`.
    public init?(hex digits: UnsafeRawBufferPointer) {
        guard digits.count == 64 else { return nil }
        var words = SIMD4<UInt64>()
        for i in 0..<64 {
            let value: UInt8
            switch digits[i] {
            case 48...57: value = digits[i] - 48
            case 65...70: value = digits[i] - 55
            case 97...102: value = digits[i] - 87
            default: return nil
            }
            words[i / 16] = words[i / 16] << 4 | UInt64(value)
        }
        self.words = words
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 64) { out in
            for i in 0..<64 {
                let digit = UInt8(truncatingIfNeeded: words[i / 16] >> UInt64(60 - i % 16 * 4) & 15)
                out[i] = digit < 10 ? 48 + digit : 87 + digit
            }
            return 64
        }
    }
}
