// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The checksums of audio containers: all most significant bit first, starting from 0, so that a stretch that ends in
/// its own checksum gives 0.
enum CRC {
    /// FLAC's frame header: x⁸+x²+x+1.
    static func flac8(_ bytes: some Sequence<UInt8>) -> UInt8 {
        var crc: UInt8 = 0
        for byte in bytes {
            crc ^= byte
            for _ in 0..<8 { crc = crc & 0x80 == 0 ? crc << 1 : crc << 1 ^ 0x07 }
        }
        return crc
    }

    /// FLAC's frame: x¹⁶+x¹⁵+x²+1.
    static func flac16(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var crc: UInt16 = 0
        for byte in bytes { crc = crc << 8 ^ table16[Int(UInt8(crc >> 8) ^ byte)] }
        return crc
    }

    /// Ogg's page, whose own field is taken as zero.
    static func ogg(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc: UInt32 = 0
        for byte in bytes { crc = crc << 8 ^ table32[Int(UInt8(crc >> 24) ^ byte)] }
        return crc
    }

    private static let table16: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x8005 }
    }
    private static let table32: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index) << 24) { crc, _ in crc >> 31 == 0 ? crc << 1 : crc << 1 ^ 0x04C1_1DB7 }
    }
}
