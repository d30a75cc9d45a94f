// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform

/// The sum of the stems against the mix.
struct StemSum {
    private let mix: AudioReader?
    private var samples: [Float]
    /// The sum of the stems' current blocks.
    private var sums: [Double]
    private let mixChannels: Int
    private let comparable: Bool
    private(set) var mixPeak: Float?
    private var mixEnergy = 0.0
    private var residualEnergy = 0.0
    private var broken = false

    init(of formats: [AudioFormat], mix: AudioReader?, block: Int) {
        let channels = formats.first?.channels ?? 1
        let (mixChannels, mixRate) = (mix?.format.channels ?? 1, mix?.format.sampleRate)
        // A mono mix is on both sides of stereo stems.
        comparable = formats.allSatisfy {
            $0.channels == channels && $0.sampleRate == mixRate && (mixChannels == 1 || mixChannels == channels)
        }
        self.mix = mix
        self.mixChannels = mixChannels
        samples = [Float](repeating: 0, count: block * mixChannels)
        sums = [Double](repeating: 0, count: block * channels)
        mixPeak = mix == nil ? nil : 0
    }

    var residualDecibels: Double? {
        guard comparable, !broken, mixEnergy > 0, residualEnergy.isFinite else { return nil }
        return max(StemReport.exact, 10 * log10(residualEnergy / mixEnergy))
    }

    /// Takes the next block of the mix and compares it with the current blocks of the tracks. Returns `false` at the
    /// end of the mix.
    mutating func advance(against tracks: [StemTrack]) throws(Failure) -> Bool {
        let frames = try readMix()
        if comparable, !broken { compare(tracks) }
        return frames > 0
    }

    private mutating func readMix() throws(Failure) -> Int {
        guard let mix, !broken else { return 0 }
        do throws(Failure) {
            let channels = mixChannels
            let frames = try samples.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in
                let frames = try mix.read(into: buffer)
                buffer[(frames * channels)...].update(repeating: 0)
                return frames
            }
            for i in 0..<frames * channels where samples[i].magnitude < .infinity {
                mixPeak = max(mixPeak ?? 0, samples[i].magnitude)
            }
            return frames
        } catch {
            if error.code == .systemIO || error.code == .systemLimit { throw error }
            broken = true
            mixPeak = nil
            return 0
        }
    }

    private mutating func compare(_ tracks: [StemTrack]) {
        for i in 0..<sums.count { sums[i] = 0 }
        for track in tracks { track.add(to: &sums) }
        let spread = sums.count / samples.count
        for i in 0..<sums.count {
            let wanted = Double(samples[spread == 1 ? i : i / spread])
            mixEnergy += wanted * wanted
            residualEnergy += (wanted - sums[i]) * (wanted - sums[i])
        }
    }
}
