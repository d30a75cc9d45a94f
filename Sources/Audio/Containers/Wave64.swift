// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Sony's 64-bit RIFF, whose chunks are named by GUIDs and whose sizes count their own headers.
enum Wave64 {
    /// The GUID of the outermost chunk: `riff`, then a tail.
    static let riff: [UInt8] = [
        0x72, 0x69, 0x66, 0x66, 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00,
    ]

    static func report(of source: ByteSource) -> HeaderReport {
        let head = source.bytes(at: 0, count: 40)
        guard head.count == 40 else { return HeaderReport(completeness: .missing(40, source.length)) }
        let layout = ChunkLayout(header: 24, alignment: 8) { head in
            (Array(head[..<16]), Int64(clamping: head.little(16, as: UInt64.self) & (.max >> 2)) - 24)
        }
        let walk = layout.walk(source, from: 40)
        let outer = Int64(clamping: head.little(16, as: UInt64.self) & (.max >> 2))
        let audio = walk.chunks.first { $0.isCalled("data") }
        let verdict = ChunkVerdict(audio: audio, walk: walk, outer: outer, length: source.length)
        var report = HeaderReport(completeness: verdict.completeness, warnings: verdict.warnings)
        if let format = walk.chunks.first(where: { $0.isCalled("fmt ") }) {
            report.read(format: source.bytes(at: format.start, count: Int(min(format.size, 40))))
        }
        return report
    }
}
