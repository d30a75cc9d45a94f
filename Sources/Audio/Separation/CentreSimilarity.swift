// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// How central each bin is in the stereo image: 1 where left and right are the same, 0 where they have nothing in
/// common, below where they oppose each other.
///
/// 2·Re(S_LR) / (S_LL + S_RR) after C. Avendano and J.-M. Jot, "Ambience extraction and synthesis from stereo signals
/// for multi-channel audio up-mix" (ICASSP 2002), with the spectra S smoothed over three bins and three frames, edges
/// repeated. It looks ahead by one frame.
final class CentreSimilarity {
    private let stereo: StereoSpectrum
    private let raw: VectorBuffer<Float>
    /// Smoothed over bins: of the last three frames, frame k in row k mod 3.
    private let cross: VectorBuffer<Float>
    private let power: VectorBuffer<Float>
    private let stride: Int
    private var pushed = 0

    /// Before the first frame of a signal of two channels.
    init(_ stereo: StereoSpectrum) {
        self.stereo = stereo
        stride = (stereo.bins + 3) / 4 * 4
        raw = VectorBuffer(stride * 2)
        cross = VectorBuffer(stride * 3)
        power = VectorBuffer(stride * 3)
    }

    /// Takes frame k; writes the similarity of frame k − 1 to `previous`, from the second frame on.
    func push(_ spectrum: UnsafePointer<Complex>, previous: UnsafeMutablePointer<Float>) {
        stereo.crossAndPower(spectrum, cross: raw.start, power: raw.start + stride)
        smooth(raw.start, into: row(cross, pushed))
        smooth(raw.start + stride, into: row(power, pushed))
        pushed += 1
        if pushed > 1 { write(pushed - 2, next: pushed - 1, into: previous) }
    }

    /// Writes the similarity of the last frame.
    func finish(last: UnsafeMutablePointer<Float>) { write(pushed - 1, next: pushed - 1, into: last) }

    private func write(_ frame: Int, next: Int, into output: UnsafeMutablePointer<Float>) {
        let before = max(frame - 1, 0)
        let crosses = (row(cross, before).asVectors, row(cross, frame).asVectors, row(cross, next).asVectors)
        let powers = (row(power, before).asVectors, row(power, frame).asVectors, row(power, next).asVectors)
        let output = output.asVectors
        for i in 0..<(stride / 4) {
            let shared = crosses.0[i] + crosses.1[i] + crosses.2[i]
            let total = powers.0[i] + powers.1[i] + powers.2[i]
            output[i] = 2 * shared / (total + 9 * SoftMask.floor)
        }
    }

    private func smooth(_ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
        let last = stereo.bins - 1
        output[0] = 2 * input[0] + input[1]
        for k in 1..<last { output[k] = input[k - 1] + input[k] + input[k + 1] }
        output[last] = input[last - 1] + 2 * input[last]
    }

    private func row(_ rows: borrowing VectorBuffer<Float>, _ frame: Int) -> UnsafeMutablePointer<Float> {
        rows.start + frame % 3 * stride
    }
}
