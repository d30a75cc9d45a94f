// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Decodes audio to its end, and writes what came into a new file: nothing of the old file is in that but its sound.
public enum AudioCopy {
    /// What was copied.
    public struct Report: Hashable, Sendable {
        public let frames: Int64
        public let duration: AudioDuration
        /// Samples that were no number, infinite, or beyond ±2⁴⁰; each was written as 0.
        public let repaired: Int64
    }

    private static let blockFrames = 8192

    /// Blocks until it is done: call it on a thread of its own. What is at `output` is worthless when it throws.
    /// - Parameters:
    ///   - reader: just opened.
    ///   - format: with the rate and the channels of the reader's.
    ///   - frames: how many will come at most, where that is known.
    ///   - progress: told after every block how many frames were written.
    /// - Throws: as ``AudioReader`` and ``AudioWriter`` do.
    public static func run(
        from reader: AudioReader, to output: FilePath, as format: AudioFormat, in container: AudioContainer,
        expecting frames: Int64? = nil, progress: (Int64) -> Void = { _ in }
    ) throws(Failure) -> Report {
        precondition(format.channels == reader.format.channels && format.sampleRate == reader.format.sampleRate)
        let writer = try AudioWriter(output, format: format, container: container, expecting: frames)
        let block = UnsafeMutableBufferPointer<Double>.allocate(capacity: blockFrames * format.channels)
        defer { block.deallocate() }
        var repaired: Int64 = 0
        while true {
            let read = try reader.read(into: block)
            guard read > 0 else { break }
            let samples = UnsafeMutableBufferPointer(rebasing: block[..<(read * format.channels)])
            // Written so that it holds for what is not a number.
            for i in samples.indices where !(abs(samples[i]) <= 0x1p40) {
                samples[i] = 0
                repaired += 1
            }
            try writer.write(UnsafeBufferPointer(samples))
            progress(writer.frames)
        }
        try writer.finish()
        return Report(
            frames: writer.frames, duration: AudioDuration(frames: writer.frames, sampleRate: format.sampleRate),
            repaired: repaired)
    }
}
