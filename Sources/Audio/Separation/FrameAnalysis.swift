// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The short-time Fourier transform of a signal that arrives in blocks of any size.
///
/// Frame k starts at sample k · hop − length: the signal is padded with one frame of silence before it and, by
/// ``takeSilence()``, after it. So every sample lies in four frames.
final class FrameAnalysis {
    private let size: FrameSize
    private let transform: FourierTransform
    private let window: VectorBuffer<Float>
    private let samples: VectorBuffer<Complex>
    private let windowed: VectorBuffer<Complex>
    /// The last frame that was completed: `length` bins of the two channels as one complex signal.
    let spectrum: VectorBuffer<Complex>
    private var filled: Int
    private var isTransformed = false
    /// What ``takeSilence()`` has still to give.
    private var silence: Int

    /// Before the first sample of a signal.
    init(_ size: FrameSize) {
        self.size = size
        transform = FourierTransform(length: size.length, .forward)
        window = size.window()
        samples = VectorBuffer(size.length)
        windowed = VectorBuffer(size.length)
        spectrum = VectorBuffer(size.length)
        filled = size.length
        silence = size.length
    }

    /// Takes from the front of `block` the samples that the next frame still needs. True: ``spectrum`` holds that
    /// frame; call again for the one after it. False: the block is used up.
    func take(_ block: inout UnsafeBufferPointer<Complex>) -> Bool {
        makeRoom()
        let taken = min(block.count, size.length - filled)
        if taken > 0, let source = block.baseAddress {
            (samples.start + filled).update(from: source, count: taken)
        }
        block = UnsafeBufferPointer(rebasing: block[taken...])
        filled += taken
        return transformWhenFull()
    }

    /// The same with the frame of silence after the end. False: no frame is left.
    func takeSilence() -> Bool {
        makeRoom()
        let taken = min(silence, size.length - filled)
        (samples.start + filled).update(repeating: .zero, count: taken)
        silence -= taken
        filled += taken
        return transformWhenFull()
    }

    private func makeRoom() {
        guard isTransformed else { return }
        filled = size.length - size.hop
        samples.start.update(from: samples.start + size.hop, count: filled)
        isTransformed = false
    }

    private func transformWhenFull() -> Bool {
        guard filled == size.length else { return false }
        for i in 0..<size.length { windowed.start[i] = samples.start[i] * window.start[i] }
        transform(windowed.start, into: spectrum.start)
        isTransformed = true
        return true
    }
}
