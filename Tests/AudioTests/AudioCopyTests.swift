// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct AudioCopyTests {
    private let directory = TemporaryDirectory()

    private func copy(_ source: FilePath, _ container: AudioContainer, floats: Bool = false) throws -> AudioCopy.Report
    {
        let reader = try AudioReader(source)
        var format = container.format(for: reader.format)
        if floats { format.samples = .float(bits: 32) }
        return try AudioCopy.run(from: reader, to: directory("copy"), as: format, in: container)
    }

    @Test(arguments: [AudioFixture.Kind.wav16, .flac24, .vorbis, .mp3], [1, 2])
    func `a song comes out as 32-bit floats, sample for sample`(kind: AudioFixture.Kind, channels: Int) throws {
        let source = AudioFixture(kind, seconds: 1, channels: channels).write(to: directory("song"))
        let report = try copy(source, .wav, floats: true)
        #expect(report.repaired == 0 && report.frames >= 44_100)
        #expect(report.duration == AudioDuration(frames: report.frames, sampleRate: 44_100))
        #expect(try samples(of: directory("copy")) == samples(of: source))
        let reader = try AudioReader(directory("copy"))
        #expect(reader.format == AudioFormat(sampleRate: 44_100, channels: channels, samples: .float(bits: 32)))
    }

    @Test func `floats become FLAC of 24 bits, clipped at full scale`() throws {
        let source = AudioFixture(.wavFloat, seconds: 0.1, channels: 1).write([0.5, 1.5, -2, 0], to: directory("song"))
        #expect(try copy(source, .flac).frames == 4)
        let full = Float(1) - 0x1p-23
        #expect(try samples(of: directory("copy")) == [0.5, full, -1, 0])
    }

    @Test func `a sample that is not a number is counted, and becomes silence`() throws {
        let source = AudioFixture(.wavFloat, channels: 1).write(
            [0.5, .nan, .infinity, 0x1p41, -0.5], to: directory("song"))
        let report = try copy(source, .wav)
        #expect(report.repaired == 3)
        #expect(try samples(of: directory("copy")) == [0.5, 0, 0, 0, -0.5])
    }

    private func samples(of file: FilePath) throws -> [Float] {
        let reader = try AudioReader(file)
        var all: [Float] = []
        var block = [Float](repeating: 0, count: 4096 * reader.format.channels)
        while true {
            let read = try block.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
            if read == 0 { return all }
            all += block[..<(read * reader.format.channels)]
        }
    }
}
