// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What an ``AudioFixture`` sounds like. Every sound is the same each time it is made.
public enum Sound: Hashable, Sendable {
    case silence
    /// At −6 dB, the same in all channels.
    case sine(hertz: Double)
    /// White, at −6 dB, different in each channel.
    case noise(seed: UInt64)
    /// Decaying bursts of noise, two a second, in the middle.
    case drums
    /// Drums, a bass note, a centred voice-like tone and a pair of wide tones: something for each stem.
    case song

    func samples(frames: Int, sampleRate: Int, channels: Int) -> [Double] {
        var random = SplitMix64(state: seed)
        var samples = [Double](repeating: 0, count: frames * channels)
        for frame in 0..<frames {
            let time = Double(frame) / Double(sampleRate)
            let shared = centre(at: time, &random)
            for channel in 0..<channels {
                samples[frame * channels + channel] = shared + side(at: time, channel, &random)
            }
        }
        return samples
    }

    private var seed: UInt64 {
        if case .noise(let seed) = self { seed } else { 1 }
    }

    private func centre(at time: Double, _ random: inout SplitMix64) -> Double {
        switch self {
        case .silence, .noise: 0
        case .sine(let hertz): 0.5 * sin(2 * .pi * hertz * time)
        case .drums: 0.5 * Self.hit(at: time) * random.bipolar()
        case .song:
            0.25 * Self.hit(at: time) * random.bipolar() + 0.2 * sin(2 * .pi * 82.4 * time)
                + 0.15 * sin(2 * .pi * 620 * time + 3 * sin(2 * .pi * 5 * time))
        }
    }

    private func side(at time: Double, _ channel: Int, _ random: inout SplitMix64) -> Double {
        switch self {
        case .noise: 0.5 * random.bipolar()
        case .song: 0.1 * sin(2 * .pi * (channel == 0 ? 1_320 : 1_980) * time)
        case .silence, .sine, .drums: 0
        }
    }

    private static func hit(at time: Double) -> Double { exp(-30 * (time * 2).truncatingRemainder(dividingBy: 1)) }
}

/// Steele, Lea and Flood (OOPSLA 2014): small, seeded, good enough for noise.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func bipolar() -> Double { Double(Int64(bitPattern: next())) / 0x1p63 }
}
