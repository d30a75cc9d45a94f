// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// MPEG audio as a file: frames, and often a Xing header in the first frame that counts them.
enum MPEG {
    static func report(of source: ByteSource) -> HeaderReport {
        guard let first = MPEGHeader.first(in: source, from: Tags.end(in: source)) else { return HeaderReport() }
        var report = HeaderReport(channels: first.header.channels, sampleRate: first.header.sampleRate)
        let frame = source.bytes(at: first.offset, count: first.header.length)
        guard let count = FrameCount(frame, first.header) else { return report }
        report.frames = count.frames
        guard let bytes = count.bytes else { return report }
        let declared = first.offset + bytes
        let end = source.length - Tags.length(atEndOf: source)
        if declared == end {
            report.completeness = .complete
        } else if declared > source.length + Int64(tolerance) {
            report.completeness = .missing(declared, source.length)
        } else if abs(declared - end) > Int64(tolerance) {
            report.warnings.append("its header declares \(bytes) bytes of audio, and it has \(end - first.offset)")
        }
        return report
    }

    /// Encoders differ on whether the frame with the header counts: one frame of the largest size.
    private static let tolerance = 1441

    /// What the first frame declares instead of sound: Xing's header (`Info` for a constant bit rate), or Fraunhofer's.
    struct FrameCount: Hashable {
        /// Sample frames that decoding gives: without the encoder's delay and padding, where those are known.
        let frames: Int64?
        /// From the first frame's start to the end of the last.
        let bytes: Int64?

        /// - Parameter frame: the whole first frame.
        init?(_ frame: [UInt8], _ header: MPEGHeader) {
            // Behind the side information, which is empty.
            let side = header.version == 1 ? (header.channels == 1 ? 17 : 32) : (header.channels == 1 ? 9 : 17)
            let xing = 4 + (header.hasChecksum ? 2 : 0) + side
            if frame.says("VBRI", at: 36), frame.count >= 36 + 18 {
                bytes = Int64(frame.big(36 + 10, as: UInt32.self))
                // This decoder decodes the frame with the header and ignores padding: the count is too inexact to
                // check.
                frames = nil
                return
            }
            guard frame.says("Xing", at: xing) || frame.says("Info", at: xing), frame.count >= xing + 16 else {
                return nil
            }
            let flags = frame[xing + 7]
            let count = flags & 1 == 0 ? nil : Int64(frame.big(xing + 8, as: UInt32.self)) * Int64(header.samples)
            let behind = xing + 8 + (flags & 1 == 0 ? 0 : 4)
            bytes = flags & 2 == 0 ? nil : Int64(frame.big(behind, as: UInt32.self))
            // LAME's extension: delay and padding, twelve bits each, at byte 21.
            let lame = behind + (flags & 2 == 0 ? 0 : 4) + (flags & 4 == 0 ? 0 : 100) + (flags & 8 == 0 ? 0 : 4)
            guard let count, frame.count >= lame + 24, frame[lame..<lame + 4] != [0, 0, 0, 0] else {
                frames = count
                return
            }
            let gaps = frame.big(lame + 20, as: UInt32.self) & 0xFF_FFFF
            frames = max(0, count - Int64(gaps >> 12) - Int64(gaps & 0xFFF))
        }
    }
}
