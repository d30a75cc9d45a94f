// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

struct AudioReaderTests {
    let directory = TemporaryDirectory()

    @Test(arguments: AudioFixture.Kind.allCases) func `every kind is read to its end`(
        _ kind: AudioFixture.Kind
    ) throws {
        let fixture = AudioFixture(kind)
        let reader = try AudioReader(fixture.write(to: directory("song")))
        #expect(reader.format.sampleRate == fixture.sampleRate)
        #expect(reader.format.channels == 2)
        let read = try all(reader)
        let written = fixture.samples()
        // Lossy codecs and ADPCM pad; what they keep of the sound is checked by its energy.
        let tolerance = kind == .wavADPCM || kind.isLossy ? 2500 : 0
        #expect(abs(read.count / 2 - fixture.frames) <= tolerance)
        if !kind.isLossy, kind != .wavADPCM, kind != .wavULaw {
            let step = kind == .wav8 ? 0x1p-6 : 0x1p-14
            #expect(zip(read, written).allSatisfy { abs($0 - $1) <= step })
        }
        let energy = (read.reduce(0) { $0 + $1 * $1 }, written.reduce(0) { $0 + $1 * $1 })
        #expect(abs(energy.0 / energy.1 - 1) < 0.1)
    }

    /// Sizes left by a recorder that crashed and by a writer into a pipe.
    @Test(arguments: [0, 0xFFFF_FFFF, 0x7FFF_F000] as [UInt32])
    func `a WAV whose header was never finished is read to its end`(_ size: UInt32) throws {
        let fixture = AudioFixture(.wav16)
        let path = fixture.write(to: directory("a.wav"))
        let finished = try all(AudioReader(path))
        try path.patch(at: path.offset(of: "data") + 4, .init(littleEndian: size))
        #expect(try all(AudioReader(path)) == finished)
    }

    @Test func `a WAV that declares no audio, and holds none, has none`() throws {
        let path = AudioFixture(.wav16, seconds: 0.1).write(to: directory("a.wav"))
        let audio = try path.offset(of: "data")
        try path.write(path.bytes()[..<Int(audio)] + Array("data\0\0\0\0LIST\u{4}\0\0\0INFO".utf8))
        #expect(try all(AudioReader(path)).isEmpty)
    }

    private func all(_ reader: AudioReader) throws -> [Double] {
        var samples: [Double] = []
        var block = [Double](repeating: 0, count: 2 * 1000)
        while case let frames = try reader.read(into: &block), frames > 0 {
            samples += block.prefix(frames * reader.format.channels)
        }
        return samples
    }

    /// libsndfile reads only 13.4 s of such a file of 60 s.
    @Test func `a VBR MP3 without a Xing header is read to its last frame`() throws {
        // Silence first, so that the first frames are small and a guess by them is far off.
        let fixture = AudioFixture(.mp3VBR, seconds: 4)
        var samples = fixture.samples()
        for i in 0..<samples.count / 4 { samples[i] = 0 }
        let path = fixture.write(samples, to: directory("a.mp3"))
        let whole = try all(AudioReader(path)).count
        try path.write(MP3.withoutInformation(path.bytes()))
        let reader = try AudioReader(path)
        #expect(reader.declaredFrames == nil)
        let counted = try #require(try reader.expectedFrames())
        let read = try all(reader).count
        #expect(read == Int(counted) * 2)
        // Without the header the encoder's padding is unknown, so some more frames come out, never fewer.
        #expect((whole...whole + 2 * 4000).contains(read))
    }

    @Test func `a link is not followed, and opening a FIFO does not block`() throws {
        AudioFixture().write(to: directory("a.wav"))
        directory("a.wav").link(as: directory("link.wav"))
        directory("fifo.wav").makeFIFO()
        for name in ["link.wav", "fifo.wav", "."] {
            let failure = #expect(throws: Failure.self) { try AudioReader(directory(name)) }
            #expect(failure?.code == .sourceNotRegular)
        }
        let failure = #expect(throws: Failure.self) { try AudioReader(directory("nothing.wav")) }
        #expect(failure?.code == .sourceGone)
    }

    @Test func `a path of more than 1024 bytes opens, whatever its bytes`() throws {
        var path = directory.path
        for _ in 0..<5 {
            path.append(FilePath.Component(String(repeating: "d", count: 250))!)
            path.makeDirectory()
        }
        path.append("a.wav")
        AudioFixture().write(to: path)
        #expect(path.length > 1024)
        #expect(try AudioReader(path).declaredFrames == 66_150)
        let odd = directory(bytes: [0xFF, 0x2E, 0xE4])
        AudioFixture(.mp3).write(to: odd)
        #expect(try AudioReader(odd).kind == "MP3")
    }

    @Test func `a read error is reported as such, not as broken audio`() throws {
        // A descriptor that cannot be read from: EBADF stands in for a failing disk.
        let path = AudioFixture().write(to: directory("a.wav"))
        let descriptor = try FileDescriptor.open(path, .writeOnly)
        defer { try? descriptor.close() }
        let failure = #expect(throws: Failure.self) { try AudioReader(descriptor: descriptor, name: "a.wav") }
        #expect(failure?.code == .systemIO)
        #expect(failure?.remedy == .retry(after: nil))
    }
}
