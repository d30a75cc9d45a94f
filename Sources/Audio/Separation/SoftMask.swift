// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Shares of energy between two magnitudes.
enum SoftMask {
    /// Added to sums of energies, so that silence divides by something; some −170 dB of what a full-scale tone gives.
    static let floor: Float = 1e-10

    /// a² / (a² + b²) for each of `count` bins; `output` may be either of the two. All three are aligned and padded
    /// to whole vectors.
    static func share(
        of a: UnsafePointer<Float>, against b: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let a = a.asVectors, b = b.asVectors, output = output.asVectors
        for i in 0..<((count + 3) / 4) {
            let energy = a[i] * a[i]
            output[i] = energy / (energy + b[i] * b[i] + floor)
        }
    }
}
