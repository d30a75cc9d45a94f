// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Apple's Core Audio Format.
enum CAF {
    static func report(of source: ByteSource) -> HeaderReport {
        let layout = ChunkLayout(header: 12, alignment: 1) { head in
            let size = head.big(4, as: Int64.self)
            // -1: to the end of the file, for audio that is still being written.
            return (Array(head[..<4]), size == -1 ? .max : size)
        }
        let walk = layout.walk(source, from: 8)
        let audio = walk.chunks.first { $0.isCalled("data") }
        // No outer size: the file ends where its last chunk does.
        let verdict = ChunkVerdict(audio: audio, walk: walk, outer: nil, length: source.length)
        var report = HeaderReport(completeness: verdict.completeness, warnings: verdict.warnings)
        guard let description = walk.chunks.first(where: { $0.isCalled("desc") }), description.size >= 32 else {
            return report
        }
        let fields = source.bytes(at: description.start, count: 32)
        guard fields.count == 32 else { return report }
        report.sampleRate = Int(exactly: Double(bitPattern: fields.big(0)).rounded())
        report.channels = Int(fields.big(24, as: UInt32.self))
        let encoding = String(decoding: fields[8..<12], as: UTF8.self)
        if !["lpcm", "alac", "ulaw", "alaw"].contains(encoding) {
            report.unsupported = "a CAF with an encoding (\(encoding)) that is not known here"
        }
        // Packets of variable size need a table, which may come last.
        if report.completeness == .complete, fields.big(16, as: UInt32.self) == 0,
            !walk.chunks.contains(where: { $0.isCalled("pakt") })
        {
            report.completeness = .unproven
        }
        return report
    }
}
