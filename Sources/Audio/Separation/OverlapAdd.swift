// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The signal behind a sequence of spectra, by inverse transform, the synthesis window and overlap-add; the
/// counterpart of ``FrameAnalysis``, at its frame positions.
final class OverlapAdd {
    private let size: FrameSize
    private let transform: FourierTransform
    private let window: VectorBuffer<Float>
    private let frame: VectorBuffer<Complex>
    private let sum: VectorBuffer<Complex>
    /// Samples before the start of the signal that are still to come.
    private var lead: Int

    /// Before the first frame of a signal.
    init(_ size: FrameSize) {
        self.size = size
        transform = FourierTransform(length: size.length, .inverse)
        // 2: what the overlapping squared windows sum to.
        window = size.window(scale: 1 / (2 * Double(size.length)))
        frame = VectorBuffer(size.length)
        sum = VectorBuffer(size.length)
        lead = size.length
    }

    /// Adds the next frame; the `hop` samples that no later frame touches are returned, none while they lie before
    /// the start of the signal. They stay valid until the next call.
    func add(_ spectrum: UnsafePointer<Complex>) -> UnsafeBufferPointer<Complex> {
        let (length, hop) = (size.length, size.hop)
        sum.start.update(from: sum.start + hop, count: length - hop)
        (sum.start + (length - hop)).update(repeating: .zero, count: hop)
        transform(spectrum, into: frame.start)
        for i in 0..<length { sum.start[i] += frame.start[i] * window.start[i] }
        guard lead == 0 else {
            lead -= hop
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: sum.start, count: hop)
    }
}
