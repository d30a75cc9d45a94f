// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The numbers that a file's samples can be, full scale at ±1, and how stems are put on them so that their sum is the
/// mix.
enum SampleGrid {
    /// Integers with `scale` steps to full scale: −1 up to one step below 1.
    case integers(scale: Double)
    /// 32-bit floating point.
    case single
    /// 64-bit floating point.
    case double

    /// What `samples` can hold; lossy ones are decoded to 32-bit floats.
    init(_ samples: AudioFormat.Samples) {
        switch samples {
        case .integer(let bits): self = .integers(scale: Double(1 << (bits - 1)))
        case .float(let bits) where bits > 32: self = .double
        case .float, .lossy: self = .single
        }
    }

    /// Rounds each sample to the nearest number there is, ties to even.
    /// - Returns: how many lay beyond full scale and were clipped to it; none in floating point.
    @discardableResult
    func round(_ samples: UnsafeMutableBufferPointer<Double>) -> Int {
        switch self {
        case .integers(let scale):
            let step = 1 / scale
            var clipped = 0
            for i in samples.indices {
                let steps = samples[i] * scale
                // Adding 1.5 · 2⁵² leaves no room for a fraction.
                let held = Self.hold(steps, scale)
                if abs(steps - held) > 0.5 { clipped += 1 }
                samples[i] = ((held + 0x1.8p52) - 0x1.8p52) * step
            }
            return clipped
        case .single:
            for i in samples.indices { samples[i] = Double(Float(samples[i])) }
        case .double:
            break
        }
        return 0
    }

    /// Makes `last` what `others`, already on the grid, leave of `mix`.
    ///
    /// Integers then sum to the mix exactly. Where what is left would pass full scale, the last stem stops there and
    /// the others give way, the first one first: that always succeeds, since the mix itself lies within full scale and
    /// so within what as many samples can sum to. In floating point the sum is exact but for the rounding of `last`.
    func leave(
        to last: UnsafeMutablePointer<Double>, of mix: UnsafePointer<Double>, others: [UnsafeMutablePointer<Double>],
        count: Int
    ) {
        last.update(from: mix, count: count)
        for other in others {
            for i in 0..<count { last[i] -= other[i] }
        }
        switch self {
        case .integers(let scale):
            let step = 1 / scale
            for i in 0..<count {
                var excess = last[i] - Self.hold(last[i] * scale, scale) * step
                guard excess != 0 else { continue }
                last[i] -= excess
                for other in others {
                    let moved = Self.hold((other[i] + excess) * scale, scale) * step
                    excess -= moved - other[i]
                    other[i] = moved
                }
            }
        case .single:
            for i in 0..<count { last[i] = Double(Float(last[i])) }
        case .double:
            break
        }
    }

    @inline(__always)
    private static func hold(_ steps: Double, _ scale: Double) -> Double {
        steps < -scale ? -scale : steps > scale - 1 ? scale - 1 : steps
    }
}
