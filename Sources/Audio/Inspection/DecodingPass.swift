// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// One file's samples on their way to their digest, block by block, in the type that is exact for them.
final class DecodingPass {
    private(set) var frames: Int64 = 0
    private(set) var digest: AudioDigest
    private(set) var meter = SampleMeter()

    private let reader: AudioReader
    /// Room for one block in the widest type.
    private let block: UnsafeMutableRawBufferPointer
    /// Room for one block of 16-bit integers.
    private let packed: UnsafeMutableBufferPointer<Int16>
    /// Samples in a block: some milliseconds to decode, and small enough for the processor's cache.
    private let count: Int

    init(_ reader: AudioReader) {
        self.reader = reader
        digest = AudioDigest(of: reader.format)
        count = max(16_384 / reader.format.channels, 1) * reader.format.channels
        block = .allocate(byteCount: count * 8, alignment: 16)
        packed = .allocate(capacity: count)
    }

    deinit {
        block.deallocate()
        packed.deallocate()
    }

    /// Decodes one block.
    /// - Returns: false at the end.
    func step() throws(Failure) -> Bool {
        let read: Int
        switch reader.format.samples {
        case .integer(let bits):
            let samples = room(for: Int32.self)
            read = try reader.read(into: samples)
            let filled = filled(samples, read)
            meter.add(filled)
            if bits <= 16 { digest.add(pack(filled)) } else { digest.add(filled) }
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

    private func pack(_ samples: UnsafeBufferPointer<Int32>) -> UnsafeBufferPointer<Int16> {
        for i in samples.indices { packed[i] = Int16(truncatingIfNeeded: samples[i] >> 16) }
        return UnsafeBufferPointer(rebasing: packed[..<samples.count])
    }
}
