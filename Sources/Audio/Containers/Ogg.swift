// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Ogg (RFC 3533), whose last page is marked as the last.
enum Ogg {
    /// Bytes of the largest page: 27 of header, 255 of segment table, 255 segments of 255.
    private static let largestPage = 27 + 255 + 255 * 255

    static func report(of source: ByteSource) -> HeaderReport {
        var report = HeaderReport()
        let start = Tags.end(in: source)
        report.read(firstPacket: source.bytes(at: start, count: 512))
        let window = min(source.length - start, Int64(largestPage + 27))
        let tail = source.bytes(at: source.length - window, count: Int(window))
        guard let last = tail.indices.last(where: { tail[$0] == 0x4F && tail.says("OggS\0", at: $0) }) else {
            return report
        }
        let page = Array(tail[last...])
        let tableEnd = 27 + Int(page.count > 26 ? page[26] : 255)
        let end = page.count < tableEnd ? tableEnd : page[27..<tableEnd].reduce(tableEnd) { $0 + Int($1) }
        if page.count < end {
            report.completeness = .missing(source.length + Int64(end - page.count), source.length)
        } else if page.count > end {
            report.warnings.append("something behind its audio is not of its format")
        } else if CRC.ogg(page[..<22] + [0, 0, 0, 0] + page[26...]) != page.little(22, as: UInt32.self) {
            report.warnings.append("its last page is damaged")
        } else if page[5] & 4 == 0 {
            report.warnings.append("it ends without the mark of an end")
        } else {
            report.completeness = .complete
        }
        return report
    }
}

extension HeaderReport {
    /// The identification header of Vorbis or Opus, behind the first page's header.
    fileprivate mutating func read(firstPacket page: [UInt8]) {
        guard page.count > 27, page.count >= 27 + Int(page[26]) + 16 else { return }
        let packet = Array(page[(27 + Int(page[26]))...])
        if packet.dropFirst().starts(with: "vorbis".utf8) {
            channels = Int(packet[11])
            sampleRate = Int(packet.little(12, as: UInt32.self))
        } else if packet.says("OpusHead") {
            channels = Int(packet[9])
            // The rate of the encoder's input; decoders return 48 kHz by default.
            let original = Int(packet.little(12, as: UInt32.self))
            sampleRate = original == 0 ? 48_000 : original
        }
    }
}
