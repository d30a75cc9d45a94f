// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// AIFF and AIFF-C.
enum AIFF {
    static func report(of source: ByteSource) -> HeaderReport {
        let head = source.bytes(at: 0, count: 12)
        guard head.count == 12 else { return HeaderReport(completeness: .missing(12, source.length)) }
        let layout = ChunkLayout(header: 8, alignment: 2) { head in
            (Array(head[..<4]), Int64(head.big(4, as: UInt32.self)))
        }
        let walk = layout.walk(source, from: 12)
        let audio = walk.chunks.first { $0.isCalled("SSND") }
        let verdict = ChunkVerdict(
            audio: audio, walk: walk, outer: 8 + Int64(head.big(4, as: UInt32.self)), length: source.length)
        var report = HeaderReport(completeness: verdict.completeness, warnings: verdict.warnings)
        if let common = walk.chunks.first(where: { $0.isCalled("COMM") }) {
            report.read(common: source.bytes(at: common.start, count: Int(min(common.size, 22))))
        }
        return report
    }
}

extension HeaderReport {
    fileprivate mutating func read(common: [UInt8]) {
        guard common.count >= 18 else { return }
        channels = Int(common.big(0, as: UInt16.self))
        let frames = Int64(common.big(2, as: UInt32.self))
        self.frames = frames == 0 ? nil : frames
        sampleRate = Self.integer(extended: Array(common[8..<18]))
        guard common.count >= 22 else { return }
        let encoding = String(decoding: common[18..<22], as: UTF8.self)
        if !Self.knownEncodings.contains(encoding) {
            unsupported = "an AIFF with an encoding (\(encoding)) that is not known here"
        }
    }

    /// An 80-bit IEEE number, cut to an integer; `nil` when it is negative or beyond 32 bits.
    static func integer(extended bytes: [UInt8]) -> Int? {
        let exponent = Int(bytes.big(0, as: UInt16.self)) - 16_383
        guard (0...31).contains(exponent) else { return exponent < 0 ? 0 : nil }
        return Int(bytes.big(2, as: UInt64.self) >> UInt64(63 - exponent))
    }

    private static let knownEncodings: Set<String> = [
        "NONE", "sowt", "twos", "raw ", "in24", "in32", "42ni", "23ni", "fl32", "FL32", "fl64", "FL64", "ulaw", "ULAW",
        "alaw", "ALAW", "ima4", "GSM ", "DWVW",
    ]
}
