// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The four bytes before each frame of MPEG audio (ISO 11172-3, 13818-3, and the unofficial MPEG 2.5).
struct MPEGHeader: Hashable, Sendable {
    /// 1, 2, or 3 for MPEG 2.5.
    let version: Int
    /// 1…3.
    let layer: Int
    /// Frames a second.
    let sampleRate: Int
    let channels: Int
    /// Bytes from this frame's header to the next.
    let length: Int
    /// Sample frames.
    let samples: Int
    /// A checksum of two bytes follows the header.
    let hasChecksum: Bool

    /// - Parameter bytes: at least four. The result is `nil` for bytes that are no header, and for free format.
    init?(_ bytes: some RandomAccessCollection<UInt8>) {
        guard bytes.count >= 4 else { return nil }
        let word = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let versionBits = Int(word >> 19 & 3), layerBits = Int(word >> 17 & 3)
        let bitrateIndex = Int(word >> 12 & 15), rateIndex = Int(word >> 10 & 3)
        guard word >> 21 == 0x7FF, versionBits != 1, layerBits != 0, bitrateIndex != 0, bitrateIndex != 15,
            rateIndex != 3, word & 3 != 2
        else { return nil }
        version = versionBits == 3 ? 1 : versionBits == 2 ? 2 : 3
        layer = 4 - layerBits
        sampleRate = [44_100, 48_000, 32_000][rateIndex] >> (version - 1)
        channels = word >> 6 & 3 == 3 ? 1 : 2
        hasChecksum = word >> 16 & 1 == 0
        samples = layer == 1 ? 384 : layer == 3 && version > 1 ? 576 : 1152
        let kilobits = Self.kilobits[version == 1 ? layer - 1 : layer == 1 ? 3 : 4][bitrateIndex]
        let padding = Int(word >> 9 & 1)
        length =
            layer == 1
            ? (12_000 * kilobits / sampleRate + padding) * 4
            : samples / 8 * 1000 * kilobits / sampleRate + padding
    }

    /// The first frame at or behind `start` that two more of its kind follow (or the end of the file).
    ///
    /// A sync word is eleven bits: chance gives many in any data, three in a row at the right distances hardly ever.
    static func first(in source: ByteSource, from start: Int64) -> (offset: Int64, header: Self)? {
        // A tag may be followed by much padding that it does not count.
        let window = source.bytes(at: start, count: start == 0 ? 64 << 10 : 1 << 20)
        for offset in window.indices.dropLast(3) where window[offset] == 0xFF {
            guard let header = Self(window[offset...]) else { continue }
            var next = offset + header.length
            var followers = 0
            while followers < 2,
                let follower = Self(
                    next + 4 <= window.count ? window[next...] : source.bytes(at: start + Int64(next), count: 4)[...]),
                follower.isOfOneStream(with: header)
            {
                followers += 1
                next += follower.length
            }
            // A file of one or two frames must begin with them.
            if followers == 2 || offset == 0 && start + Int64(next) >= source.length {
                return (start + Int64(offset), header)
            }
        }
        return nil
    }

    private func isOfOneStream(with other: Self) -> Bool {
        version == other.version && layer == other.layer && sampleRate == other.sampleRate
    }

    /// By row: MPEG 1 layers I, II, III; MPEG 2 layer I; MPEG 2 layers II and III.
    private static let kilobits = [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]
}
