// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Decodes one file's samples for their digest, block by block, in the type that is exact for them.
final class DecodingPass {
    private(set) var frames: Int64 = 0
    private(set) var digest: AudioDigest
    private(set) var meter = SampleMeter()

    private let reader: AudioReader
    /// Room for one block in the widest type.
    private let block: UnsafeMutableRawBufferPointer
    /// Samples in a block: some milliseconds to decode, and small enough for the processor's cache.
    private let count: Int

    init(_ reader: AudioReader) {
        self.reader = reader
        digest = AudioDigest(of: reader.format)
        count = max(16_384 / reader.format.channels, 1) * reader.format.channels
        block = .allocate(byteCount: count * 8, alignment: 16)
    }

    deinit { block.deallocate() }

    /// Decodes one block.
    /// - Returns: false at the end.
    func step() throws(Failure) -> Bool {
        let read: Int
        switch reader.format.samples {
        case .integer(...16):
            let samples = room(for: Int16.self)
            read = try reader.read(into: samples)
            let filled = filled(samples, read)
            meter.add(filled)
            digest.add(filled)
        case .integer:
            let samples = room(for: Int32.self)
            read = try reader.read(into: samples)
            let filled = filled(samples, read)
            meter.add(filled)
            digest.add(filled)
        case .lossy, .float(32):
            let samples = room(for: Float.self)
            read = try reader.read(into: samples)
            let filled = filled(samples, read)
            meter.add(filled)
            digest.add(filled)
        case .float:
            let samples = room(for: Double.self)
            read = try reader.read(into: samples)
            let filled = filled(samples, read)
            meter.add(filled)
            digest.add(filled)
        }
        frames += Int64(read)
        return read > 0
    }

    private func room<Sample>(for type: Sample.Type) -> UnsafeMutableBufferPointer<Sample> {
        UnsafeMutableBufferPointer(rebasing: block.bindMemory(to: type)[..<count])
    }

    private func filled<Sample>(
        _ samples: UnsafeMutableBufferPointer<Sample>, _ frames: Int
    ) -> UnsafeBufferPointer<Sample> {
        UnsafeBufferPointer(rebasing: samples[..<(frames * reader.format.channels)])
    }
}
