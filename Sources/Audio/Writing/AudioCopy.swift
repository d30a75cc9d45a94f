// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Decodes audio to its end and writes the samples into a new file, which holds nothing else of the old file.
public enum AudioCopy {
    /// The result of a copy.
    public struct Report: Hashable, Sendable {
        public let frames: Int64
        public let duration: AudioDuration
        /// Samples that were not a number, infinite, or beyond ±2⁴⁰; each was written as 0.
        public let repaired: Int64
    }

    private static let blockFrames = 8192

    /// Blocks until it is done: call it on a thread that may block. When it throws, the file at `output` is not usable.
    /// - Parameters:
    ///   - reader: just opened.
    ///   - format: with the rate and the channels of the reader's.
    ///   - frames: how many will come at most, where that is known.
    ///   - progress: called after every block with the number of frames written.
    /// - Throws: as ``AudioReader`` and ``AudioWriter`` do.
    public static func run(
        from reader: AudioReader, to output: FilePath, as format: AudioFormat, in container: AudioContainer,
        expecting frames: Int64? = nil, progress: (Int64) -> Void = { _ in }
    ) throws(Failure) -> Report {
        precondition(format.channels == reader.format.channels && format.sampleRate == reader.format.sampleRate)
        let writer = try AudioWriter(output, format: format, container: container, expecting: frames)
        var repaired: Int64 = 0
        try blocks(of: Double.self, channels: format.channels) { (block) throws(Failure) in
            try reader.read(into: block)
        } write: { (samples) throws(Failure) in
            // Written so that it is true for NaN.
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

    /// Copies samples as they are, to the end of `reader`: integers as integers, all else in double precision.
    /// - Parameters:
    ///   - writer: not finished by this.
    ///   - beforeEach: called before each block; what it throws ends the copy.
    package static func samples(
        from reader: AudioReader, to writer: AudioWriter, beforeEach: () throws(Failure) -> Void = {}
    ) throws(Failure) {
        let channels = reader.format.channels
        if case .integer = reader.format.samples {
            try blocks(of: Int32.self, channels: channels) { (block) throws(Failure) in
                try beforeEach()
                return try reader.read(into: block)
            } write: { (samples) throws(Failure) in
                try writer.write(UnsafeBufferPointer(samples))
            }
        } else {
            try blocks(of: Double.self, channels: channels) { (block) throws(Failure) in
                try beforeEach()
                return try reader.read(into: block)
            } write: { (samples) throws(Failure) in
                try writer.write(UnsafeBufferPointer(samples))
            }
        }
    }

    private static func blocks<Sample>(
        of type: Sample.Type, channels: Int, read: (UnsafeMutableBufferPointer<Sample>) throws(Failure) -> Int,
        write: (UnsafeMutableBufferPointer<Sample>) throws(Failure) -> Void
    ) throws(Failure) {
        let block = UnsafeMutableBufferPointer<Sample>.allocate(capacity: blockFrames * channels)
        defer { block.deallocate() }
        while case let frames = try read(block), frames > 0 {
            try write(UnsafeMutableBufferPointer(rebasing: block[..<(frames * channels)]))
        }
    }
}
