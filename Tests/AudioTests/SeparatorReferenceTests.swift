// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import Testing

@testable import Audio

/// The separator against its plain reference, Tests/Reference/separate.py: masks to 1e-3, stems to −80 dB.
///
/// The reference computes in double precision. In bins 80 dB and more below the loudest of their frame the rounding of
/// a single-precision transform alone moves a mask by up to 1e-3, so there 5e-3 is allowed.
struct SeparatorReferenceTests {
    /// The masks of every frame (`[frame][stem][bin]`) and the stems, interleaved.
    private struct Outcome {
        var masks: [[[Float]]] = []
        /// How far each mask may be from the reference: `[frame][bin]`.
        var tolerances: [[Float]] = []
        var stems: [[Float]] = [[], [], [], []]

        init(_ mix: [Float], rate: Int, channels: Int) {
            let samples = stride(from: 0, to: mix.count, by: channels).map {
                Complex(mix[$0], channels == 2 ? mix[$0 + 1] : 0)
            }
            let size = FrameSize(4096, at: rate)
            let fineTime = HarmonicSplit.fineInTime(sampleRate: rate, channels: channels)
            let fineFrequency = HarmonicSplit.fineInFrequency(sampleRate: rate, channels: channels)
            let frames = MaskedFrames(size, sampleRate: rate, channels: channels)
            var (masks, tolerances): ([[[Float]]], [[Float]]) = ([], [])
            let magnitudes = VectorBuffer<Float>(size.bins)
            func record(_ spectrum: UnsafePointer<Complex>) {
                StereoSpectrum(length: size.length, channels: channels).magnitudes(spectrum, into: magnitudes.start)
                let levels = Array(UnsafeBufferPointer(start: magnitudes.start, count: size.bins))
                let quiet = (levels.max() ?? 0) * 1e-4
                tolerances.append(levels.map { $0 > quiet ? 1e-3 : 5e-3 })
                masks.append(
                    StemName.standard.map {
                        Array(UnsafeBufferPointer(start: frames.masks.mask(of: $0), count: size.bins))
                    })
            }
            samples.withUnsafeBufferPointer { samples in
                for split in [fineTime, fineFrequency] {
                    split.push(samples)
                    split.finish()
                }
                frames.push(
                    mix: samples, fineTime: fineTime.output.waiting, fineFrequency: fineFrequency.output.waiting,
                    frame: record)
            }
            frames.finish(frame: record)
            (self.masks, self.tolerances) = (masks, tolerances)

            let separator = Separator(sampleRate: rate, channels: channels, stems: StemName.standard)
            mix.withUnsafeBufferPointer { separator.push($0) }
            while separator.finishPart() {}
            for i in 0..<4 {
                for sample in separator.waiting(i) { stems[i] += channels == 2 ? [sample.x, sample.y] : [sample.x] }
            }
        }
    }

    @Test func `golden masks and stems come out again`() throws {
        var outcome = Outcome([], rate: 44_100, channels: 1)
        var channels = 1
        var compared = 0
        for line in try text("separator-golden.txt").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0] == "case" {
                let rate = try #require(Int(words[1]))
                channels = try #require(Int(words[2]))
                let song = SyntheticSong(frames: try #require(Int(words[3])), sampleRate: rate, channels: channels)
                outcome = Outcome(song.mix, rate: rate, channels: channels)
                continue
            }
            let isMask = words[0] == "mask"
            let stem = try #require(StemName(rawValue: String(words[isMask ? 2 : 1])))
            let index = try #require(StemName.standard.firstIndex(of: stem))
            let values = words[(isMask ? 4 : 3)...].compactMap { Float($0) }
            if isMask {
                let mask = outcome.masks[try #require(Int(words[1]))][index]
                let step = try #require(Int(words[3]))
                for (i, value) in values.enumerated() { #expect(abs(mask[i * step] - value) < 1e-3) }
            } else {
                let first = try #require(Int(words[2])) * channels
                for (i, value) in values.enumerated() { #expect(abs(outcome.stems[index][first + i] - value) < 1e-5) }
            }
            compared += values.count
        }
        #expect(compared > 1000)
    }

    /// Run by `scripts/check-separator`, which makes the cases.
    @Test(.enabled(if: getenv("STEMWATCH_REFERENCE_CASES") != nil, "needs numpy and scipy: scripts/check-separator"))
    func `whole signals agree at every rate`() throws {
        let directory = FilePath(String(cString: try #require(getenv("STEMWATCH_REFERENCE_CASES"))))
        for entry in try DirectoryListing.entries(of: directory) {
            // RATE-CHANNELS-FRAMES
            let numbers = entry.name.string.split(separator: "-").compactMap { Int($0) }
            let (rate, channels, frames) = (numbers[0], numbers[1], numbers[2])
            let place = directory.appending(entry.name)
            let mix = try floats(place.appending("mix.f32"))
            #expect(mix.count == frames * channels)
            let outcome = Outcome(mix, rate: rate, channels: channels)

            let masks = try floats(place.appending("masks.f32"))
            let got = zip(outcome.masks, outcome.tolerances).flatMap { frame, tolerances in
                frame.flatMap { zip($0, tolerances) }
            }
            #expect(masks.count == got.count)
            let excess = zip(masks, got).map { abs($0 - $1.0) / $1.1 }.max() ?? 0
            #expect(excess < 1, "masks at \(rate) Hz, \(channels) channels, \(frames) frames")

            for (index, name) in StemName.standard.enumerated() {
                let stem = try floats(place.appending("\(name).f32"))
                #expect(stem.count == outcome.stems[index].count)
                let (signal, error) = zip(stem, outcome.stems[index]).reduce(into: (0.0, 0.0)) { sum, pair in
                    sum.0 += Double(pair.0) * Double(pair.0)
                    sum.1 += Double(pair.0 - pair.1) * Double(pair.0 - pair.1)
                }
                let decibels = 10 * log10(error / signal)
                print("\(rate) Hz, \(channels) channels, \(frames) frames, \(name): \(decibels) dB")
                #expect(decibels < -80)
            }
        }
    }

    private func text(_ name: String) throws -> String {
        let here = FilePath(#filePath).removingLastComponent().removingLastComponent()
        return String(decoding: try bytes(here.appending("Reference").appending(name)), as: UTF8.self)
    }

    private func floats(_ path: FilePath) throws -> [Float] {
        try bytes(path).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    private func bytes(_ path: FilePath) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, .readOnly)
        return try file.closeAfter {
            let count = Int(try file.seek(offset: 0, from: .end))
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    filled += try file.read(fromAbsoluteOffset: Int64(filled), into: rest)
                }
            }
        }
    }
}
