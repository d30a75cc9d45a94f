// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct StemCheckTests {
    let directory = TemporaryDirectory()
    /// Longer than a block, and not a whole number of blocks.
    let song = AudioFixture(.wavFloat, .song, seconds: 1.25, sampleRate: 16_000)

    private func stem(_ name: StemName, _ samples: [Double]) -> (name: StemName, file: FilePath) {
        (name, song.write(samples, to: directory("\(name).wav")))
    }

    @Test func `stems that sum to the mix leave nothing, and their peaks and lengths are reported`() throws {
        let samples = song.samples()
        let report = try StemCheck.run(
            stems: [stem(.vocals, samples.map { $0 * 0.5 }), stem(.other, samples.map { $0 * 0.5 })],
            mix: AudioReader(song.write(to: directory("mix.wav")))
        ) { false }
        #expect(report.residualDecibels == StemReport.exact)
        #expect(report.stems.map(\.frames) == [20_000, 20_000])
        let peak = samples.map(\.magnitude).max()!
        #expect((Double(report.stems[0].peak) - peak * 0.5).magnitude < 1e-6)
        #expect((Double(report.mixPeak!) - peak).magnitude < 1e-6)
        #expect(report.stems.allSatisfy { $0.isFinite && $0.kind == "WAV" })
    }

    @Test func `frames that a short stem lacks count, and so do the extra frames of a long one`() throws {
        var samples = song.samples()
        let mix = song.write(to: directory("mix.wav"))
        let energy = samples.reduce(0) { $0 + $1 * $1 }
        let tail = samples[30_000...].reduce(0) { $0 + $1 * $1 }
        samples.removeLast(10_000)
        let short = try StemCheck.run(stems: [stem(.vocals, samples)], mix: AudioReader(mix)) { false }
        let expected = 10 * log10(tail / energy)
        #expect((short.residualDecibels! - expected).magnitude < 0.01)
        let long = try StemCheck.run(
            stems: [stem(.vocals, song.samples() + [Double](repeating: 0.5, count: 40_000))], mix: AudioReader(mix)
        ) { false }
        #expect(long.stems[0].frames == 40_000)
        #expect(long.residualDecibels! > -10)
    }

    @Test func `there is no residual when there is nothing to compare`() throws {
        let samples = song.samples()
        let without = try StemCheck.run(stems: [stem(.vocals, samples)], mix: nil) { false }
        #expect(without.residualDecibels == nil && without.mixPeak == nil)
        var silence = song
        silence.sound = .silence
        let mix = silence.write(to: directory("mix.wav"))
        let silent = try StemCheck.run(stems: [stem(.vocals, samples)], mix: AudioReader(mix)) { false }
        #expect(silent.residualDecibels == nil && silent.mixPeak == 0)
    }

    @Test func `it stops when it is cancelled`() throws {
        var checks = 0
        let stems = [stem(.vocals, song.samples())]
        do throws(Failure) {
            _ = try StemCheck.run(stems: stems, mix: nil) {
                checks += 1
                return checks == 2
            }
            Issue.record("went on")
        } catch { #expect(error.code == .jobCancelled) }
    }
}
