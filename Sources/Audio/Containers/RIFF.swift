// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// WAV, and its 64-bit forms RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088).
enum RIFF {
    static func report(of source: ByteSource) -> HeaderReport {
        let head = source.bytes(at: 0, count: 12)
        guard head.count == 12 else { return HeaderReport(completeness: .missing(12, source.length)) }
        let isBig = head.says("RIFX")
        let layout = ChunkLayout(header: 8, alignment: 2) { head in
            (Array(head[..<4]), Int64(isBig ? head.big(4, as: UInt32.self) : head.little(4, as: UInt32.self)))
        }
        let long = head.says("RIFF") || isBig ? nil : LongSizes(source)
        let walk = layout.walk(source, from: 12) { name, size in
            guard let long, size == 0xFFFF_FFFF, name.elementsEqual("data".utf8) else { return size }
            return long.data
        }
        let outer = 8 + (long?.file ?? Int64(isBig ? head.big(4, as: UInt32.self) : head.little(4, as: UInt32.self)))
        let audio = walk.chunks.filter { $0.isCalled("data") }
        let verdict = ChunkVerdict(audio: audio.first, walk: walk, outer: outer, length: source.length)
        var report = HeaderReport(completeness: verdict.completeness, warnings: verdict.warnings)
        if verdict.isUndeclared, let start = audio.first?.start {
            // libsndfile reads a size of 0 literally, and the highest number as "to the end".
            report.overlay = ByteSource.Overlay(offset: start - 4, bytes: [0xFF, 0xFF, 0xFF, 0xFF])
        }
        if audio.count > 1 { report.unsupported = "a WAV with its audio in \(audio.count) pieces" }
        if head.says("BW64") { report.unsupported = "BW64" }
        if let format = walk.chunks.first(where: { $0.isCalled("fmt ") }) {
            report.read(format: source.bytes(at: format.start, count: Int(min(format.size, 40))), isBig: isBig)
        }
        return report
    }

    /// The `ds64` chunk, which comes first and holds what 32 bits cannot.
    private struct LongSizes {
        let file: Int64
        let data: Int64

        init?(_ source: ByteSource) {
            let head = source.bytes(at: 12, count: 24)
            guard head.count == 24, head.says("ds64") else { return nil }
            // Kept so small that nothing added to them overflows.
            file = Int64(clamping: head.little(8, as: UInt64.self) & (.max >> 2))
            data = Int64(clamping: head.little(16, as: UInt64.self) & (.max >> 2))
        }
    }
}

extension HeaderReport {
    /// Reads a `fmt ` chunk, which Wave64 shares.
    mutating func read(format: [UInt8], isBig: Bool = false) {
        guard format.count >= 16 else { return }
        func short(_ offset: Int) -> Int { Int(isBig ? format.big(offset, as: UInt16.self) : format.little(offset)) }
        channels = short(2)
        sampleRate = Int(isBig ? format.big(4, as: UInt32.self) : format.little(4, as: UInt32.self))
        let bits = short(14)
        // WAVE_FORMAT_EXTENSIBLE keeps the true tag at the front of a GUID.
        let isExtensible = short(0) == 0xFFFE && format.count >= 26
        let tag = isExtensible ? short(24) : short(0)
        if let name = Self.foreignTags[tag] {
            unsupported = unsupported ?? "a WAV with \(name) inside"
        } else if !Self.knownTags.contains(tag) {
            unsupported = unsupported ?? "a WAV with an encoding (\(tag)) that is not known here"
        } else if isExtensible, !Self.extensibleTags.contains(tag) {
            unsupported = unsupported ?? "a WAV with an encoding (\(tag)) that is only read from older WAV headers"
        } else if tag == 1, bits > 32 || bits == 0 {
            unsupported = unsupported ?? "a WAV of \(bits) bits"
        }
    }

    /// PCM, MS ADPCM, float, A-law, µ-law, IMA ADPCM, GSM 6.10, G.721: what libsndfile decodes in a WAV.
    private static let knownTags: Set<Int> = [1, 2, 3, 6, 7, 0x11, 0x31, 0x40]
    /// Those that libsndfile also takes from a WAVE_FORMAT_EXTENSIBLE.
    private static let extensibleTags: Set<Int> = [1, 3, 6, 7]
    private static let foreignTags = [
        0x50: "MP2", 0x55: "MP3", 0xFF: "AAC", 0x160: "Windows Media", 0x161: "Windows Media", 0x162: "Windows Media",
        0x674F: "Ogg Vorbis", 0x6750: "Ogg Vorbis", 0x6751: "Ogg Vorbis", 0xF1AC: "FLAC", 0x2000: "AC-3",
        0x2001: "DTS",
    ]
}
