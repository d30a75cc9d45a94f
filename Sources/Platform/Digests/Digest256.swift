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
        for i in 0..<8 {
            let eight = digits.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)
            guard let half = Self.value(ofDigits: UInt64(bigEndian: eight)) else { return nil }
            words[i / 2] = words[i / 2] << 32 | half
        }
        self.words = words
    }

    /// Eight digits at a time, each in a byte of its own: some files hold digests by the hundred thousand.
    private static func value(ofDigits digits: UInt64) -> UInt64? {
        func each(_ byte: UInt64) -> UInt64 { 0x0101_0101_0101_0101 &* byte }
        // The top bit of every byte that is at least `byte`, as long as none has that bit itself.
        func areAtLeast(_ byte: Unicode.Scalar, _ text: UInt64) -> UInt64 { text &+ each(0x80 - UInt64(byte.value)) }
        let lowerCase = digits | each(0x20)
        let decimals = areAtLeast("0", digits) & ~areAtLeast(":", digits)
        let letters = areAtLeast("a", lowerCase) & ~areAtLeast("g", lowerCase) & each(0x80)
        guard (decimals | letters) & ~digits & each(0x80) == each(0x80) else { return nil }
        var value = digits & each(0x0F) &+ letters >> 7 &* 9
        value = (value | value >> 4) & 0x00FF_00FF_00FF_00FF
        value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
        return (value | value >> 16) & 0xFFFF_FFFF
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64(56 - $0 % 8 * 8)) }
    }

    /// Any bits of a digest are as good as a hash of all of them.
    public func hash(into hasher: inout Hasher) { hasher.combine(words[0] ^ words[1] ^ words[2] ^ words[3]) }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { Hexadecimal.text(of: bytes) }
}
