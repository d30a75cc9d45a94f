// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Sun and NeXT `.au`.
enum AU {
    static func report(of source: ByteSource) -> HeaderReport {
        let head = source.bytes(at: 0, count: 24)
        guard head.count == 24 else { return HeaderReport(completeness: .missing(24, source.length)) }
        func field(_ offset: Int) -> Int64 {
            Int64(head.says("dns.") ? head.little(offset, as: UInt32.self) : head.big(offset, as: UInt32.self))
        }
        let audio = Chunk(name: [], start: field(4), size: field(8))
        // There is nothing but the audio behind the header, so the file has to end with it.
        let verdict = ChunkVerdict(
            audio: audio, walk: ([audio], audio.end), outer: audio.end, length: source.length)
        var report = HeaderReport(completeness: verdict.completeness, warnings: verdict.warnings)
        report.sampleRate = Int(field(16))
        report.channels = Int(field(20))
        // µ-law, integers, floats, G.72x, A-law.
        if !([1, 2, 3, 4, 5, 6, 7, 23, 25, 26, 27] as Set).contains(field(12)) {
            report.unsupported = "an AU file with an encoding (\(field(12))) that is not known here"
        }
        return report
    }
}
