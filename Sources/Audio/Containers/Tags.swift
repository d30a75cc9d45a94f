// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Tags before and after the audio, for every format.
enum Tags {
    /// Where the audio starts: behind every ID3v2 tag at the front. A tag that declares more bytes than the file has is
    /// ignored.
    static func end(in source: ByteSource) -> Int64 {
        var offset: Int64 = 0
        // No honest program writes more than a few in a row.
        for _ in 0..<8 {
            let head = source.bytes(at: offset, count: 10)
            guard head.count == 10, head.says("ID3"), head[3] < 0xFF, head[6...].allSatisfy({ $0 < 0x80 })
            else { break }
            let size = head[6...].reduce(Int64(0)) { $0 << 7 | Int64($1) }
            let footer: Int64 = head[5] & 0x10 == 0 ? 0 : 10
            guard offset + 10 + size + footer < source.length else { break }
            offset += 10 + size + footer
        }
        return offset
    }

    /// Bytes of the tags behind the audio: ID3v1, and APEv2 in front of that.
    static func length(atEndOf source: ByteSource) -> Int64 {
        var length: Int64 = 0
        if source.length >= 128, source.bytes(at: source.length - 128, count: 3).says("TAG") { length = 128 }
        let footer = source.bytes(at: source.length - length - 32, count: 32)
        guard source.length >= length + 32, footer.count == 32, footer.says("APETAGEX") else { return length }
        // The size counts the footer, not the header, which a flag announces.
        let size = Int64(footer.little(12, as: UInt32.self)) + (footer[23] & 0x80 == 0 ? 0 : 32)
        return length + size <= source.length ? length + size : length
    }
}
