// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CKissFFT

/// The discrete Fourier transform of a fixed length, by KissFFT. Not normalised: forward then inverse multiplies by
/// the length.
struct FourierTransform: ~Copyable {
    /// From samples to a spectrum, or back.
    enum Direction { case forward, inverse }

    private let state: VectorBuffer<UInt8>
    private let plan: kiss_fft_cfg

    /// - Parameter length: with no prime factor above 5 (see ``FrameSize``), for speed.
    init(length: Int, _ direction: Direction) {
        let inverse: Int32 = direction == .inverse ? 1 : 0
        var size = 0
        _ = kiss_fft_alloc(Int32(length), inverse, nil, &size)
        state = VectorBuffer(size)
        guard let plan = kiss_fft_alloc(Int32(length), inverse, state.start, &size) else {
            preconditionFailure("kissfft refused a plan of length \(length) in the \(size) bytes it asked for")
        }
        self.plan = plan
    }

    /// - Parameters: `length` numbers each; the two must not overlap.
    func callAsFunction(_ input: UnsafePointer<Complex>, into output: UnsafeMutablePointer<Complex>) {
        kiss_fft(
            plan, UnsafeRawPointer(input).assumingMemoryBound(to: kiss_fft_cpx.self),
            UnsafeMutableRawPointer(output).assumingMemoryBound(to: kiss_fft_cpx.self))
    }
}
