// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import Audio

struct SeparationTests {
    private let directory = TemporaryDirectory()

    /// Writes a song as `song.<ending>`.
    private func song(
        _ samples: AudioFormat.Samples = .integer(bits: 16), in container: AudioContainer = .wav, frames: Int = 9000,
        rate: Int = 44_100, channels: Int = 2, gain: Double = 1
    ) throws -> FilePath {
        let song = SyntheticSong(frames: frames, sampleRate: rate, channels: channels)
        return try write(song.mix.map { Double($0) * gain }, samples, in: container, rate: rate, channels: channels)
    }

    private func write(
        _ mix: [Double], _ samples: AudioFormat.Samples, in container: AudioContainer = .wav, rate: Int = 44_100,
        channels: Int = 2
    ) throws -> FilePath {
        let path = directory("song.\(container.fileExtension)")
        let format = AudioFormat(sampleRate: rate, channels: channels, samples: samples)
        let writer = try AudioWriter(path, format: format, container: container)
        try writer.write(mix)
        try writer.finish()
        return path
    }

    private func output(_ name: String = "stems") throws -> FilePath {
        try DurableFiles.makeDirectory(directory(name))
        return directory(name)
    }

    private func doubles(_ path: FilePath) throws -> [Double] {
        let reader = try AudioReader(path)
        var all: [Double] = []
        var block = [Double](repeating: 0, count: 4096 * reader.format.channels)
        while case let count = try reader.read(into: &block), count > 0 {
            all += block[..<(count * reader.format.channels)]
        }
        return all
    }

    private func names(in path: FilePath) throws -> [String] {
        try DirectoryListing.entries(of: path).map(\.name.string).sorted()
    }

    /// The sum of the four stems.
    private func sum(_ report: SeparationReport) throws -> [Double] {
        let stems = try report.stems.map { try doubles($0.path) }
        return stems[0].indices.map { i in stems.reduce(0) { $0 + $1[i] } }
    }

    @Test(arguments: [
        (AudioFormat.Samples.integer(bits: 8), AudioContainer.wav), (.integer(bits: 16), .wav),
        (.integer(bits: 24), .wav), (.integer(bits: 32), .wav), (.integer(bits: 16), .flac),
        (.integer(bits: 24), .flac),
    ])
    func `integer stems sum to the source exactly, in its rate, depth and length`(
        samples: AudioFormat.Samples, container: AudioContainer
    ) throws {
        for (channels, gain) in [(2, 1.0), (1, 1.0), (2, 20.0)] {
            let input = try song(samples, in: container, channels: channels, gain: gain)
            let report = try Separation(input: input, output: try output(), format: container).run()
            #expect(report.stems.map(\.name) == StemName.standard)
            #expect(try names(in: directory("stems")) == StemName.standard.map { "\($0).\(container)" }.sorted())
            let source = try doubles(input)
            #expect(try sum(report) == source)
            for stem in report.stems {
                let reader = try AudioReader(stem.path)
                #expect(reader.format == AudioFormat(sampleRate: 44_100, channels: channels, samples: samples))
                #expect(reader.declaredFrames == 9000)
            }
            #expect(report.frames == 9000)
            #expect(report.sumsExactly)
            for path in [input, directory("stems")] { try DurableFiles.removeTree(path) }
        }
    }

    @Test(arguments: [32, 64])
    func `float stems stay float and sum to the source but for rounding, over full scale too`(bits: Int) throws {
        let input = try song(.float(bits: bits), gain: 5)
        let report = try Separation(input: input, output: try output()).run()
        #expect(report.written.samples == .float(bits: bits))
        #expect(!report.sumsExactly)
        let (sum, source) = (try sum(report), try doubles(input))
        let worst = zip(sum, source).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < (bits == 32 ? 1e-6 : 1e-14))
    }

    @Test(arguments: [AudioFixture.Kind.mp3, .vorbis, .opus])
    func `a lossy source becomes float WAV, which no peak can clip`(kind: AudioFixture.Kind) throws {
        let input = AudioFixture(kind).write(to: directory("song.\(kind.fileExtension)"))
        let report = try Separation(input: input, output: try output()).run()
        #expect(report.written.samples == .float(bits: 32))
        let (sum, source) = (try sum(report), try doubles(input))
        #expect(sum.count == source.count)
        #expect(zip(sum, source).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test(arguments: [AudioFixture.Kind.aiff24, .caf16, .wave64, .rf64, .wavExtensible])
    func `integers in other containers sum exactly too`(kind: AudioFixture.Kind) throws {
        let input = AudioFixture(kind, seconds: 0.3).write(to: directory("song.\(kind.fileExtension)"))
        let report = try Separation(input: input, output: try output()).run()
        #expect(report.sumsExactly)
        #expect(try sum(report) == doubles(input))
    }

    @Test func `a FLAC of floats is clipped to full scale, and the report counts it`() throws {
        let input = try song(.float(bits: 32), gain: 3)
        let report = try Separation(input: input, output: try output(), format: .flac).run()
        #expect(report.written.samples == .integer(bits: 24))
        #expect(report.clippedSamples > 0)
        let source = try doubles(input).map {
            min(max(($0 * 0x1p23).rounded(.toNearestOrEven), -0x1p23), 0x1p23 - 1) / 0x1p23
        }
        #expect(try sum(report) == source)
    }

    @Test func `a FLAC of 32-bit integers sums to them at 24 bits`() throws {
        let input = try song(.integer(bits: 32))
        let report = try Separation(input: input, output: try output(), format: .flac).run()
        #expect(try sum(report) == doubles(input).map { ($0 * 0x1p23).rounded(.toNearestOrEven) / 0x1p23 })
    }

    @Test func `more than two channels are refused with a hint`() throws {
        let input = try song(channels: 6)
        let failure = #expect(throws: Failure.self) { try Separation(input: input, output: try output()).run() }
        #expect(failure?.code == .audioChannels)
        #expect(failure?.hint != nil)
        #expect(try names(in: directory("stems")).isEmpty)
    }

    @Test(arguments: [7999, 192_001])
    func `unsupported rates are refused with a hint`(rate: Int) throws {
        let input = try song(rate: rate)
        let failure = #expect(throws: Failure.self) { try Separation(input: input, output: try output()).run() }
        #expect(failure?.code == .audioRate)
        #expect(failure?.hint != nil)
    }

    @Test(arguments: [AudioFormat.Samples.integer(bits: 16), .float(bits: 32)])
    func `silence gives silence`(samples: AudioFormat.Samples) throws {
        let input = try write([Double](repeating: 0, count: 20_000), samples)
        let report = try Separation(input: input, output: try output()).run()
        for stem in report.stems { #expect(try doubles(stem.path) == [Double](repeating: 0, count: 20_000)) }
    }

    @Test func `stems hold no NaN and no infinity`() throws {
        var mix = SyntheticSong(frames: 9000).mix.map(Double.init)
        (mix[4000], mix[4001], mix[5000]) = (.nan, .infinity, -.infinity)
        let input = try write(mix, .float(bits: 32))
        let report = try Separation(input: input, output: try output()).run()
        #expect(report.repairedSamples == 3)
        for stem in report.stems { #expect(try doubles(stem.path).allSatisfy(\.isFinite)) }
        let sum = try sum(report)
        #expect(abs(sum[4000]) < 1e-6)
        #expect(abs(sum[6000] - mix[6000]) < 1e-6)
    }

    @Test(arguments: [1, 100, 1024, 4097])
    func `a source shorter than a frame is separated like any other`(frames: Int) throws {
        let input = try song(frames: frames)
        let report = try Separation(input: input, output: try output()).run()
        #expect(report.frames == Int64(frames))
        #expect(try sum(report) == doubles(input))
    }

    @Test(arguments: [AudioContainer.wav, .flac])
    func `two runs give the same bytes`(container: AudioContainer) throws {
        let input = try song(.integer(bits: 24))
        let first = try Separation(input: input, output: try output("a"), format: container).run()
        let second = try Separation(input: input, output: try output("b"), format: container).run()
        for (a, b) in zip(first.stems, second.stems) { #expect(try a.path.bytes() == b.path.bytes()) }
    }

    @Test func `only the stems that are asked for are written, in whatever order they are asked for`() throws {
        let input = try song(.integer(bits: 24))
        let all = try Separation(input: input, output: try output("all")).run()
        let some = try Separation(input: input, output: try output("some"), stems: [.other, .drums]).run()
        #expect(some.stems.map(\.name) == [.drums, .other])
        #expect(try names(in: directory("some")) == ["drums.wav", "other.wav"])
        #expect(try doubles(some.stems[0].path) == doubles(all.stems[1].path))
        // Here the last stem is computed; with all four stems it is the mix less the others.
        let pairs = zip(try doubles(some.stems[1].path), try doubles(all.stems[3].path))
        #expect(pairs.allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(!some.sumsExactly)
    }

    @Test func `an unknown stem is refused, and the message lists the known ones`() throws {
        let piano = try #require(StemName(rawValue: "piano"))
        let failure = #expect(throws: Failure.self) {
            try Separation(input: try song(), output: try output(), stems: [.drums, piano]).run()
        }
        #expect(failure?.code == .backendBadStems)
        #expect(failure?.hint == "it makes vocals, drums, bass, other")
    }

    @Test func `nothing is overwritten`() throws {
        let input = try song()
        let taken = try output().appending("bass.wav")
        try taken.write("mine")
        let failure = #expect(throws: Failure.self) { try Separation(input: input, output: directory("stems")).run() }
        #expect(failure?.code == .outputName)
        #expect(try names(in: directory("stems")) == ["bass.wav"])
        #expect(try taken.bytes() == Array("mine".utf8))
    }

    @Test func `files left by a killed run do not stop the next run`() throws {
        let input = try song()
        try output().appending(".stemwatch-bass.wav.tmp").write("half")
        let report = try Separation(input: input, output: directory("stems")).run()
        #expect(try names(in: directory("stems")).count == 4)
        #expect(try sum(report) == doubles(input))
    }

    /// The step is the same everywhere: a block of the source, or a part of what is left after its end.
    @Test(arguments: [1, 5, 12, 13, 14])
    func `it stops at the next step when it is cancelled, and leaves nothing`(step: Int) throws {
        let input = try song(frames: 12 * 4096)
        var checks = 0
        let failure = #expect(throws: Failure.self) {
            try Separation(input: input, output: try output()).run(isCancelled: {
                checks += 1
                return checks == step
            })
        }
        #expect(failure?.code == .jobCancelled)
        #expect(checks == step)
        #expect(try names(in: directory("stems")).isEmpty)
    }

    @Test func `progress rises to one, and is reported for every block`() throws {
        let input = try song(frames: 44_100)
        var shares: [Double] = []
        _ = try Separation(input: input, output: try output()).run(progress: { shares.append($0) })
        #expect(shares == shares.sorted())
        #expect(shares.last == 1)
        #expect(shares.filter { $0 < 0.99 }.count >= 10)
    }

    @Test func `a missing output directory is named`() throws {
        let failure = #expect(throws: Failure.self) {
            try Separation(input: try song(), output: directory("nowhere")).run()
        }
        #expect(failure?.message.contains("nowhere") == true)
    }
}
