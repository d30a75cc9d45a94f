// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A short song of which every stem is known, by formulas that Tests/Reference/golden.py repeats: a centred voice
/// with vibrato, kick and snare as bursts of noise, a bass sine, and wide pads over a floor of noise.
struct SyntheticSong {
    let sampleRate: Int
    let channels: Int
    /// Interleaved, in the order of `StemName.standard`.
    let stems: [[Double]]
    /// Their sum, interleaved.
    let mix: [Float]

    init(frames: Int, sampleRate: Int = 44_100, channels: Int = 2) {
        var random = Random()
        var stems = [[Double]](repeating: [], count: 4)
        var mix: [Float] = []
        for i in 0..<frames {
            let t = Double(i) / Double(sampleRate)
            let beat = (2 * t).truncatingRemainder(dividingBy: 1)
            let vibrato = 6 * sin(2 * .pi * 5.5 * t)
            let vocals = 0.16 * sin(2 * .pi * 440 * t + vibrato) + 0.12 * sin(2 * .pi * 1320 * t + 3 * vibrato)
            let drums = (0.5 * exp(-40 * beat)) * random.next()
            let bass = 0.25 * sin(2 * .pi * 82.5 * t)
            for channel in 0..<channels {
                let side = channel == 0 ? 1.0 : -1.0
                let pad = 0.1 * sin(2 * .pi * (620 + 40 * side) * t) + 0.08 * sin(2 * .pi * (2500 + 300 * side) * t)
                let other = pad + 0.002 * random.next()
                stems[0].append(vocals)
                stems[1].append(drums)
                stems[2].append(bass)
                stems[3].append(other)
                mix.append(Float(vocals + drums + bass + other))
            }
        }
        self.sampleRate = sampleRate
        self.channels = channels
        self.stems = stems
        self.mix = mix
    }

    /// Numerical Recipes' quick generator: the same in two languages.
    private struct Random {
        private var state: UInt32 = 1
        /// −1…1.
        mutating func next() -> Double {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Double(state) / 2_147_483_648 - 1
        }
    }
}
