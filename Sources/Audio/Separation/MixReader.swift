// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Reads the mix block by block: as floats for the separator, and in the exact numbers that the stems must sum to.
final class MixReader {
    /// As the stems are written: the source's rate and channels.
    let format: AudioFormat
    /// The numbers that the stems' samples can be.
    let grid: SampleGrid
    private let reader: AudioReader
    private var block: VectorBuffer<Double>
    private let floats: VectorBuffer<Float>
    /// Samples that were read and are not yet part of a stem, interleaved, on ``grid``.
    let exact = SampleQueue<Double>()
    /// Frames read so far.
    private(set) var frames: Int64 = 0
    /// Samples that were no number, infinite, or beyond ±2⁴⁰ (no sound, and no spectrum could hold them); they count as
    /// 0.
    private(set) var repaired: Int64 = 0
    /// Samples that lay beyond the full scale of an integer format.
    private(set) var clipped: Int64 = 0

    /// Frames that are read at once.
    static let blockFrames = 4096

    /// - Parameter format: of the stems; ``AudioContainer/format(for:)`` of the reader's.
    init(_ reader: AudioReader, format: AudioFormat) {
        self.reader = reader
        self.format = format
        grid = SampleGrid(format.samples)
        block = VectorBuffer(Self.blockFrames * format.channels)
        floats = VectorBuffer(Self.blockFrames * format.channels)
    }

    /// The next block, interleaved, valid until the next call; `nil` at the end.
    func next() throws(Failure) -> UnsafeBufferPointer<Float>? {
        let read = try reader.read(into: UnsafeMutableBufferPointer(start: block.start, count: block.count))
        guard read > 0 else { return nil }
        frames += Int64(read)
        let samples = UnsafeMutableBufferPointer(start: block.start, count: read * format.channels)
        // Written so that it is true for NaN.
        for i in samples.indices where !(abs(samples[i]) <= 0x1p40) {
            samples[i] = 0
            repaired += 1
        }
        clipped += Int64(grid.round(samples))
        for i in samples.indices { floats.start[i] = Float(samples[i]) }
        exact.append(UnsafeBufferPointer(samples))
        return UnsafeBufferPointer(start: UnsafePointer(floats.start), count: samples.count)
    }
}
