// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Reads the two channels out of one complex spectrum.
///
/// Left and right go through one transform as the real and the imaginary part of a signal z = l + i·r. Of its
/// spectrum Z of length n, the channels are L[k] = (Z[k] + Z*[n−k]) / 2 and R[k] = (Z[k] − Z*[n−k]) / 2i; energies
/// summed over both need not even that: |L|² + |R|² = (|Z[k]|² + |Z[n−k]|²) / 2. A mask is real and the same for
/// both channels, so it multiplies Z[k] and Z[n−k] alike. A mono signal has r = 0.
struct StereoSpectrum {
    /// Of the complex spectrum.
    let length: Int
    /// 1 or 2.
    let channels: Int

    /// For spectra of `length` complex numbers that carry one channel or two.
    init(length: Int, channels: Int) {
        self.length = length
        self.channels = channels
    }

    /// From 0 Hz to half the sample rate.
    var bins: Int { length / 2 + 1 }

    /// The mean over the channels of their magnitudes, bin by bin.
    func magnitudes(_ spectrum: UnsafePointer<Complex>, into output: UnsafeMutablePointer<Float>) {
        let share = 0.5 / Float(channels)
        for k in 0..<bins {
            let (left, right) = channelPair(spectrum, k)
            output[k] = share * (power(left).squareRoot() + power(right).squareRoot())
        }
    }

    /// The energies, summed over the channels, of `part` and of what `whole` has beside it.
    ///
    /// - Returns: in `share`, the energy of whole − part as a share of both, `floor` added to the sum.
    func shareBeside(
        _ part: UnsafePointer<Complex>, of whole: UnsafePointer<Complex>, floor: Float,
        into share: UnsafeMutablePointer<Float>
    ) {
        for k in 0..<bins {
            let mirror = k == 0 ? 0 : length &- k
            let inside = power(part[k]) + power(part[mirror])
            let beside = power(whole[k] - part[k]) + power(whole[mirror] - part[mirror])
            share[k] = beside / (inside + beside + 2 * floor)
        }
    }

    /// What ``CentreSimilarity`` needs: Re(L·R*) and |L|² + |R|², bin by bin.
    func crossAndPower(
        _ spectrum: UnsafePointer<Complex>, cross: UnsafeMutablePointer<Float>, power: UnsafeMutablePointer<Float>
    ) {
        for k in 0..<bins {
            let (left, right) = channelPair(spectrum, k)
            let product = left * right
            cross[k] = 0.25 * (product.x + product.y)
            power[k] = 0.25 * (self.power(left) + self.power(right))
        }
    }

    /// `output` = `spectrum` with both channels multiplied by `mask`, bin by bin.
    func apply(
        _ mask: UnsafePointer<Float>, to spectrum: UnsafePointer<Complex>, into output: UnsafeMutablePointer<Complex>
    ) {
        let half = length / 2
        for k in 0...half { output[k] = spectrum[k] * mask[k] }
        for k in 1..<half { output[length &- k] = spectrum[length &- k] * mask[k] }
    }

    /// Twice the left and the right channel's bin `k`.
    @inline(__always)
    private func channelPair(_ spectrum: UnsafePointer<Complex>, _ k: Int) -> (left: Complex, right: Complex) {
        let a = spectrum[k]
        let b = spectrum[k == 0 ? 0 : length &- k]
        return (Complex(a.x + b.x, a.y - b.y), Complex(a.y + b.y, b.x - a.x))
    }

    @inline(__always)
    private func power(_ z: Complex) -> Float { z.x * z.x + z.y * z.y }
}
