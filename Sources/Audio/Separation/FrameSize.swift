// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The frames of a short-time Fourier transform: their length and how far apart they start, in samples.
struct FrameSize: Hashable {
    /// Samples in a frame: a multiple of 4.
    let length: Int
    /// A quarter of the length: the square-root Hann window, squared, then sums to 2 everywhere.
    var hop: Int { length / 4 }
    /// From 0 Hz to half the sample rate.
    var bins: Int { length / 2 + 1 }

    /// The length nearest to `samples` with a fast transform: a multiple of 4 without a prime factor above 5. Of two
    /// equally near, the shorter.
    init(near samples: Double) {
        let wanted = Int(max(samples, 8).rounded())
        var distance = 0
        while true {
            if let length = [wanted - distance, wanted + distance].filter(Self.isFast)
                .min(by: { abs(Double($0) - samples) < abs(Double($1) - samples) })
            {
                self.length = length
                return
            }
            distance += 1
        }
    }

    /// The frame that lasts as long at `sampleRate` as `length` samples at 44.1 kHz, the rate at which the method was
    /// fitted. Times and frequencies stay the same.
    init(_ length: Int, at sampleRate: Int) {
        self.init(near: Double(length) * Double(sampleRate) / 44_100)
    }

    private static func isFast(_ length: Int) -> Bool {
        guard length >= 8, length % 4 == 0 else { return false }
        var rest = length
        for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
        return rest == 1
    }

    /// The periodic square-root Hann window times `scale`.
    func window(scale: Double = 1) -> VectorBuffer<Float> {
        let window = VectorBuffer<Float>(length)
        for i in 0..<length { window.start[i] = Float(scale * sin(.pi * Double(i) / Double(length))) }
        return window
    }
}
