// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

struct InspectorTests {
    let directory = TemporaryDirectory()

    private func inspect(_ path: FilePath) throws -> Inspection {
        let descriptor = try Files.openRegular(path)
        defer { try? descriptor.close() }
        return try #require(try Inspector(descriptor, name: "song").run())
    }

    /// Known answers, from Python's hashlib over the file's bytes and over the form as `AudioDigest` defines it.
    @Test func `the digests match their definition`() throws {
        let format = AudioFormat(sampleRate: 44_100, channels: 2, samples: .integer(bits: 16))
        let writer = try AudioWriter(directory("a.wav"), format: format, container: .wav, expecting: 1000)
        try writer.write((0..<2000).map { ($0 * 37 % 20_000 - 10_000) << 16 } as [Int32])
        try writer.finish()
        let found = try inspect(directory("a.wav"))
        #expect(found.bytesDigest.hex == "56cd6de029d536dda6148516e456be0199e198a8f0aac5eba8ba6f87a3e5b830")
        #expect(found.audioDigest.hex == "a523ed880a0164a7e641168d2be162546574b639c6ae16171d6f9f97e62cd51e")
    }

    /// A copy in another container, or with other tags, must not be paid for again.
    @Test(arguments: [
        [AudioFixture.Kind.wav16, .rf64, .wave64, .aiff16, .au16, .caf16, .cafALAC, .flac16],
        [.wav24, .wavExtensible, .aiff24, .flac24], [.wavFloat, .aifcFloat, .auFloat, .cafFloat],
    ]) func `the same audio in another container has the same digest`(_ kinds: [AudioFixture.Kind]) throws {
        var digests: Set<Digest256> = []
        var bytes: Set<Digest256> = []
        for kind in kinds {
            let found = try inspect(AudioFixture(kind).write(to: directory(kind.rawValue)))
            digests.insert(found.audioDigest)
            bytes.insert(found.bytesDigest)
        }
        #expect(digests.count == 1)
        #expect(bytes.count == kinds.count)
    }

    @Test func `a retagged MP3 has the same audio`() throws {
        let path = AudioFixture(.mp3).write(to: directory("a.mp3"))
        let before = try inspect(path)
        try path.prepend(Array("ID3".utf8) + [4, 0, 0, 0, 0, 2, 0] + Array(repeating: 0, count: 256))
        try path.append(Array("TAG".utf8) + Array(repeating: 0x20, count: 125))
        let after = try inspect(path)
        #expect(after.audioDigest == before.audioDigest)
        #expect(after.bytesDigest != before.bytesDigest)
    }

    @Test func `one sample, the rate or the channels make it other audio`() throws {
        let fixture = AudioFixture(.wav16)
        let original = try inspect(fixture.write(to: directory("a"))).audioDigest
        var samples = fixture.samples()
        samples[5000] += 0.01
        #expect(try inspect(fixture.write(samples, to: directory("b"))).audioDigest != original)
        let faster = AudioFixture(.wav16, sampleRate: 48_000)
        #expect(try inspect(faster.write(fixture.samples(), to: directory("c"))).audioDigest != original)
        let mono = AudioFixture(.wav16, channels: 1)
        #expect(try inspect(mono.write(fixture.samples(), to: directory("d"))).audioDigest != original)
    }

    @Test(arguments: [AudioFixture.Kind.wav16, .wav24, .wavFloat, .wavDouble, .flac16])
    func `the peak is the highest sample`(_ kind: AudioFixture.Kind) throws {
        var samples = [Double](repeating: 0.125, count: 80_000)
        samples[41_001] = -0.75
        #expect(try inspect(AudioFixture(kind).write(samples, to: directory("a"))).peak == 0.75)
    }

    private func outcome(_ path: FilePath) -> Failure? {
        do throws(Failure) {
            let descriptor = try Files.openRegular(path)
            defer { try? descriptor.close() }
            _ = try Inspector(descriptor, name: "song").run(limit: 10_000_000)
            return nil
        } catch {
            return error
        }
    }

    /// Flipped bytes give a result or a failure of this program, never a crash and never a library's message.
    @Test(arguments: AudioFixture.Kind.allCases) func `flipped bytes always give a result or a failure`(
        _ kind: AudioFixture.Kind
    ) throws {
        let path = AudioFixture(kind, seconds: 0.3).write(to: directory("a"))
        let sound = try path.bytes()
        var random = UInt64(kind.rawValue.utf8.reduce(17) { $0 &* 31 &+ Int($1) }.magnitude)
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % bound
        }
        for round in 0..<200 {
            var bytes = sound
            // Most flips are in the headers.
            for _ in 0...next(4) {
                bytes[next(round % 2 == 0 ? min(256, bytes.count) : bytes.count)] = UInt8(next(256))
            }
            try path.write(bytes)
            _ = try Completeness.of(path)
            if let failure = outcome(path) {
                #expect(failure.code.rawValue.hasPrefix("audio."), "round \(round): \(failure)")
            }
        }
    }
}
