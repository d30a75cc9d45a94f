// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The frames of the mix at the main resolution, each with the masks of its stems.
///
/// Takes the mix and its harmonic parts at fine time and at fine frequency side by side, and measures what the masks
/// are made from. It looks ahead by the lag of the main median.
final class MaskedFrames {
    private let size: FrameSize
    private let channels: Int
    private let stereo: StereoSpectrum
    private let mix, fineTime, fineFrequency: FrameAnalysis
    private let steady: MedianOverTime
    private let broad: MedianOverFrequency
    private let centre: CentreSimilarity
    private let magnitudes, harmonic, percussive: VectorBuffer<Float>
    /// The data of frame k in row k mod (lag + 1), until its median over time is known.
    private let spectra: VectorBuffer<Complex>
    private let fineTimeShares, fineFrequencyShares, centres: VectorBuffer<Float>
    private let stride: Int
    private var analysed = 0
    /// The masks of the frame that is being handed out.
    let masks: StemMasks

    /// Before the first sample of a signal of one or two channels.
    init(_ size: FrameSize, sampleRate: Int, channels: Int) {
        self.size = size
        self.channels = channels
        stereo = StereoSpectrum(length: size.length, channels: channels)
        (mix, fineTime, fineFrequency) = (FrameAnalysis(size), FrameAnalysis(size), FrameAnalysis(size))
        steady = MedianOverTime(bins: size.bins, window: 17)
        broad = MedianOverFrequency(bins: size.bins, window: 31)
        centre = CentreSimilarity(stereo)
        magnitudes = VectorBuffer(size.bins)
        harmonic = VectorBuffer(size.bins)
        percussive = VectorBuffer(size.bins)
        let rows = steady.lag + 1
        stride = (size.bins + 3) / 4 * 4
        spectra = VectorBuffer(size.length * rows)
        fineTimeShares = VectorBuffer(stride * rows)
        fineFrequencyShares = VectorBuffer(stride * rows)
        centres = VectorBuffer(stride * rows)
        masks = StemMasks(size, sampleRate: sampleRate)
    }

    /// Takes the next samples of the mix and of its two harmonic parts, the same number of each; hands out every
    /// frame that is then known, in order. ``masks`` are its masks during the call.
    func push(
        mix block: UnsafeBufferPointer<Complex>, fineTime: UnsafeBufferPointer<Complex>,
        fineFrequency: UnsafeBufferPointer<Complex>, frame: (_ spectrum: UnsafePointer<Complex>) -> Void
    ) {
        var (mixRest, timeRest, frequencyRest) = (block, fineTime, fineFrequency)
        while mix.take(&mixRest) {
            _ = self.fineTime.take(&timeRest)
            _ = self.fineFrequency.take(&frequencyRest)
            measure(frame)
        }
        _ = self.fineTime.take(&timeRest)
        _ = self.fineFrequency.take(&frequencyRest)
    }

    /// The signals have ended: hands out the frames that are left.
    func finish(frame: (_ spectrum: UnsafePointer<Complex>) -> Void) {
        while mix.takeSilence() {
            _ = fineTime.takeSilence()
            _ = fineFrequency.takeSilence()
            measure(frame)
        }
        if channels == 2 { centre.finish(last: row(centres, analysed - 1)) }
        for _ in 0..<steady.lag where steady.pushLast() { handOut(frame) }
    }

    private func measure(_ frame: (UnsafePointer<Complex>) -> Void) {
        let spectrum = mix.spectrum.start
        spectrumRow(analysed).update(from: spectrum, count: size.length)
        stereo.shareBeside(
            fineTime.spectrum.start, of: spectrum, floor: SoftMask.floor, into: row(fineTimeShares, analysed))
        stereo.shareBeside(
            fineFrequency.spectrum.start, of: spectrum, floor: SoftMask.floor,
            into: row(fineFrequencyShares, analysed))
        if channels == 2 { centre.push(spectrum, previous: row(centres, max(analysed - 1, 0))) }
        stereo.magnitudes(spectrum, into: magnitudes.start)
        analysed += 1
        if steady.push(magnitudes.start) { handOut(frame) }
    }

    private func handOut(_ frame: (UnsafePointer<Complex>) -> Void) {
        let current = steady.current
        steady.medians(into: harmonic.start)
        broad.filter(steady.magnitudes, into: percussive.start)
        SoftMask.share(of: percussive.start, against: harmonic.start, into: percussive.start, count: size.bins)
        masks.update(
            from: .init(
                fineTime: row(fineTimeShares, current), main: percussive.start,
                fineFrequency: row(fineFrequencyShares, current),
                centre: channels == 2 ? UnsafePointer(row(centres, current)) : nil))
        frame(spectrumRow(current))
    }

    private func spectrumRow(_ frame: Int) -> UnsafeMutablePointer<Complex> {
        spectra.start + frame % (steady.lag + 1) * size.length
    }

    private func row(_ rows: borrowing VectorBuffer<Float>, _ frame: Int) -> UnsafeMutablePointer<Float> {
        rows.start + frame % (steady.lag + 1) * stride
    }
}
