// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// FLAC (RFC 9639).
///
/// The header's total of samples proves nothing about the file's length, but the last frame does: it has a number and a
/// checksum. A file is complete when its last frame is whole and ends at the declared total.
enum FLAC {
    static func report(of source: ByteSource) -> HeaderReport {
        let start = Tags.end(in: source)
        let head = source.bytes(at: start, count: 42)
        guard head.count == 42 else { return HeaderReport(completeness: .missing(start + 42, source.length)) }
        guard let stream = StreamInformation(head) else { return HeaderReport() }
        var report = HeaderReport(channels: stream.channels, sampleRate: stream.sampleRate)
        report.frames = stream.frames == 0 ? nil : stream.frames
        if ![8, 16, 24].contains(stream.bits) { report.unsupported = "a FLAC of \(stream.bits) bits" }
        report.completeness = tail(of: source, stream)
        if stream.frames == 0 { report.warnings.append("its header declares no length") }
        return report
    }

    /// The result of checking the last frames.
    private static func tail(of source: ByteSource, _ stream: StreamInformation) -> Completeness {
        guard stream.frames > 0 else { return .unproven }
        // Twice the largest frame, or a generous size when that is not known.
        let window = min(4 << 20, max(2 * stream.largestFrame + 4096, stream.largestFrame == 0 ? 256 << 10 : 0))
        let tail = source.bytes(at: max(0, source.length - Int64(window)), count: window)
        var later: FLACFrameHeader?
        for offset in tail.indices.dropLast(8).reversed() where tail[offset] == 0xFF {
            guard let frame = FLACFrameHeader(Array(tail[offset...].prefix(16)), stream) else { continue }
            if frame.end == stream.frames { return CRC.flac16(tail[offset...]) == 0 ? .complete : .unproven }
            // A whole frame, followed by the header of the next frame, which is cut off.
            if let later, frame.end == later.first, later.end < stream.frames {
                return .missing(stream.frames, later.first, .frames)
            }
            later = frame
        }
        return .unproven
    }

    /// The STREAMINFO block, which is always the first.
    struct StreamInformation {
        /// Frames in a block, when all have the same; else the fewest.
        let block: Int64
        /// Bytes; 0 when not known.
        let largestFrame: Int
        let sampleRate: Int
        let channels: Int
        let bits: Int
        /// 0 when not known.
        let frames: Int64

        /// - Parameter head: 42 bytes from `fLaC` on.
        init?(_ head: [UInt8]) {
            guard head.says("fLaC"), head[4] & 0x7F == 0 else { return nil }
            block = Int64(head.big(8, as: UInt16.self))
            largestFrame = Int(head.big(14, as: UInt32.self) & 0xFF_FFFF)
            let packed = head.big(18, as: UInt64.self)
            sampleRate = Int(packed >> 44)
            channels = Int(packed >> 41 & 7) + 1
            bits = Int(packed >> 36 & 31) + 1
            frames = Int64(packed & 0xF_FFFF_FFFF)
        }
    }
}
