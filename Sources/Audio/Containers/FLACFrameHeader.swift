// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The header of one FLAC frame (RFC 9639, section 9.1), proven by its own checksum.
struct FLACFrameHeader {
    /// The first frame (sample of all channels) in it, and the one behind the last.
    let first: Int64
    let end: Int64

    /// - Parameter bytes: from the sync code on, up to 16 of them.
    init?(_ bytes: [UInt8], _ stream: FLAC.StreamInformation) {
        guard bytes.count >= 6, bytes[0] == 0xFF, bytes[1] & 0xFE == 0xF8, bytes[3] & 1 == 0 else { return nil }
        let blockCode = Int(bytes[2] >> 4), rateCode = Int(bytes[2] & 15)
        guard blockCode != 0, rateCode != 15, bytes[3] >> 4 <= 10 else { return nil }
        var offset = 4
        guard let number = Self.number(bytes, &offset) else { return nil }
        guard bytes.count >= offset + 5 else { return nil }
        let block: Int64
        switch blockCode {
        case 1: block = 192
        case 2...5: block = 576 << (blockCode - 2)
        case 6:
            block = Int64(bytes[offset]) + 1
            offset += 1
        case 7:
            block = Int64(bytes.big(offset, as: UInt16.self)) + 1
            offset += 2
        default: block = 256 << (blockCode - 8)
        }
        if rateCode == 12 { offset += 1 }
        if rateCode == 13 || rateCode == 14 { offset += 2 }
        guard bytes.count > offset, CRC.flac8(bytes[...offset]) == 0 else { return nil }
        // With blocks of one size frames are numbered, else samples are. The last block may be shorter.
        first = bytes[1] & 1 == 0 ? number * stream.block : number
        end = first + block
    }

    /// A number coded as UTF-8 would code it, of up to 36 bits.
    private static func number(_ bytes: [UInt8], _ offset: inout Int) -> Int64? {
        let lead = bytes[offset]
        offset += 1
        guard lead & 0x80 != 0 else { return Int64(lead) }
        let following = (~lead).leadingZeroBitCount - 1
        guard (1...6).contains(following), bytes.count >= offset + following else { return nil }
        var value = Int64(lead & (0x3F >> UInt8(following)))
        for byte in bytes[offset..<offset + following] {
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | Int64(byte & 0x3F)
        }
        offset += following
        return value
    }
}
