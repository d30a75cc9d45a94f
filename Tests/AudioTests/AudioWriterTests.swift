// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import Audio

struct AudioWriterTests {
    let directory = TemporaryDirectory()

    static func format(_ samples: AudioFormat.Samples) -> AudioFormat {
        AudioFormat(sampleRate: 44_100, channels: 2, samples: samples)
    }

    static let integers: [(AudioContainer, Int)] = [
        (.wav, 8), (.wav, 16), (.wav, 24), (.wav, 32), (.flac, 16), (.flac, 24),
    ]

    @Test(arguments: integers) func `integers come back as they were written`(
        _ container: AudioContainer, _ bits: Int
    ) throws {
        let written = (0..<20_000).map { _ in (Int32.random(in: .min ... .max) >> (32 - bits)) << (32 - bits) }
        let format = Self.format(.integer(bits: bits))
        let writer = try AudioWriter(directory("a"), format: format, container: container)
        try writer.write(written)
        try writer.finish()

        let reader = try AudioReader(directory("a"))
        #expect(reader.format == format)
        #expect(reader.declaredFrames == 10_000)
        var read = [Int32](repeating: 1, count: 30_000)
        #expect(try reader.read(into: &read) == 10_000)
        #expect(read.prefix(20_000).elementsEqual(written))
        #expect(try reader.read(into: &read) == 0)
    }

    @Test func `floats come back bit by bit, NaN and infinities too`() throws {
        let written: [Float] = [0, -0.0, 1, -3.5, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, 0x1p-149, 0.1]
        let writer = try AudioWriter(directory("a.wav"), format: Self.format(.float(bits: 32)), container: .wav)
        try writer.write(written)
        try writer.finish()
        var read = [Float](repeating: 7, count: 10)
        #expect(try AudioReader(directory("a.wav")).read(into: &read) == 5)
        #expect(read.map(\.bitPattern) == written.map(\.bitPattern))
    }

    @Test func `doubles come back bit by bit`() throws {
        let written = (0..<2000).map { _ in Double.random(in: -2...2) }
        let writer = try AudioWriter(directory("a.wav"), format: Self.format(.float(bits: 64)), container: .wav)
        try writer.write(written)
        try writer.finish()
        var read = [Double](repeating: 7, count: 2000)
        #expect(try AudioReader(directory("a.wav")).read(into: &read) == 1000)
        #expect(read == written)
    }

    /// libsndfile itself scales by 32767 on the way in and by 32768 on the way out.
    @Test func `floats read from 16 bits are written to the same 16 bits`() throws {
        let all = (Int32(Int16.min)...Int32(Int16.max)).map { $0 << 16 }
        let first = try AudioWriter(directory("a.wav"), format: Self.format(.integer(bits: 16)), container: .wav)
        try first.write(all)
        try first.finish()
        var floats = [Float](repeating: 0, count: all.count)
        #expect(try AudioReader(directory("a.wav")).read(into: &floats) == all.count / 2)
        let second = try AudioWriter(directory("b.wav"), format: Self.format(.integer(bits: 16)), container: .wav)
        try second.write(floats)
        try second.finish()
        var back = [Int32](repeating: 0, count: all.count)
        #expect(try AudioReader(directory("b.wav")).read(into: &back) == all.count / 2)
        #expect(back == all)
    }

    @Test(arguments: [16, 24, 32]) func `samples beyond full scale are clipped, and NaN becomes silence`(_ bits: Int)
        throws
    {
        let writer = try AudioWriter(directory("a.wav"), format: Self.format(.integer(bits: bits)), container: .wav)
        try writer.write([Double](arrayLiteral: 1, 1.5, .infinity, -1, -1.5, -.infinity, .nan, 0))
        try writer.finish()
        var read = [Int32](repeating: 9, count: 8)
        #expect(try AudioReader(directory("a.wav")).read(into: &read) == 4)
        let top = (Int32.max >> (32 - bits)) << (32 - bits)
        #expect(read == [top, top, top, .min, .min, .min, 0, 0])
    }

    @Test(arguments: [AudioFormat.Samples.integer(bits: 16), .float(bits: 32)])
    func `a WAV of known length has a plain header and the same bytes each time`(_ samples: AudioFormat.Samples) throws
    {
        for name in ["a.wav", "b.wav"] {
            let writer = try AudioWriter(
                directory(name), format: Self.format(samples), container: .wav, expecting: 1000)
            try writer.write([Float](repeating: 0.5, count: 2000))
            try writer.finish()
        }
        let bytes = try directory("a.wav").bytes()
        #expect(try bytes == directory("b.wav").bytes())
        #expect(bytes.starts(with: "RIFF".utf8))
        #expect(bytes[20..<22].elementsEqual([samples == .integer(bits: 16) ? 1 : 3, 0]))
        // The chunk that libsndfile puts into float files, with the time in it.
        #expect(!String(decoding: bytes.prefix(200), as: Unicode.ASCII.self).contains("PEAK"))
    }

    @Test func `a WAV of unknown length that stays under 4 GiB ends as a plain one`() throws {
        let writer = try AudioWriter(directory("a.wav"), format: Self.format(.float(bits: 32)), container: .wav)
        try writer.write([Float](repeating: 0.25, count: 2000))
        try writer.finish()
        #expect(try directory("a.wav").bytes().starts(with: "RIFF".utf8))
        #expect(try AudioReader(directory("a.wav")).kind == "WAV")
    }

    @Test func `a file that exists is not replaced`() throws {
        try directory("a.wav").write("precious")
        #expect(throws: Failure.self) {
            try AudioWriter(directory("a.wav"), format: Self.format(.integer(bits: 16)), container: .wav)
        }
        #expect(try directory("a.wav").bytes() == Array("precious".utf8))
    }

    @Test(arguments: [
        (AudioContainer.flac, AudioFormat.Samples.integer(bits: 32)), (.flac, .float(bits: 32)), (.wav, .lossy),
        (.wav, .integer(bits: 12)),
    ])
    func `a format the container cannot hold is refused before a file is made`(
        _ container: AudioContainer, _ samples: AudioFormat.Samples
    ) throws {
        let failure = #expect(throws: Failure.self) {
            try AudioWriter(directory("a"), format: Self.format(samples), container: container)
        }
        #expect(failure?.code == .systemUnsupported)
        #expect(try FileIdentity.at(directory("a")) == nil)
    }

    @Test(arguments: [AudioContainer.wav, .flac]) func `a full disk is reported as one`(
        _ container: AudioContainer
    ) throws {
        // Every write to /dev/full fails with ENOSPC.
        let full = try FileDescriptor.open("/dev/full", .readWrite)
        let format = Self.format(.integer(bits: 16))
        let failure = #expect(throws: Failure.self) {
            let encoding = try Encoding(of: format, in: container, expecting: nil, "full.wav")
            let writer = try AudioWriter(full, "full.wav", format, encoding)
            for _ in 0..<100 { try writer.write([Float](repeating: 0.5, count: 2000)) }
            try writer.finish()
        }
        #expect(failure?.code == .outputFull)
    }
}
