// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The harmonic part of a signal at one resolution: what is steady along time rather than along frequency.
///
/// Median-filter separation after D. Fitzgerald, "Harmonic/Percussive Separation using Median Filtering" (DAFx 2010),
/// with the soft mask H²/(H² + P²). What counts as steady depends on the length of the frames, which is why the
/// separator uses three (J. Driedger, M. Müller, S. Disch, "Extending Harmonic-Percussive Separation of Audio Signals",
/// ISMIR 2014).
final class HarmonicSplit {
    private let size: FrameSize
    private let stereo: StereoSpectrum
    private let analysis: FrameAnalysis
    private let synthesis: OverlapAdd
    private let steady: MedianOverTime
    private let broad: MedianOverFrequency
    /// Frame k in row k mod (lag + 1), until its median over time is known.
    private let spectra: VectorBuffer<Complex>
    private var analysed = 0
    private let magnitudes: VectorBuffer<Float>
    private let harmonic: VectorBuffer<Float>
    private let percussive: VectorBuffer<Float>
    private let masked: VectorBuffer<Complex>
    private var received = 0
    private var produced = 0

    /// The known samples of the harmonic part, which the caller takes. After ``finish()`` it has the signal's length.
    let output = SampleQueue<Complex>()

    /// - Parameters:
    ///   - frames: the window of the median over time, odd.
    ///   - bins: the window of the median over frequency, odd.
    init(_ size: FrameSize, channels: Int, frames: Int, bins: Int) {
        self.size = size
        stereo = StereoSpectrum(length: size.length, channels: channels)
        analysis = FrameAnalysis(size)
        synthesis = OverlapAdd(size)
        steady = MedianOverTime(bins: size.bins, window: frames)
        broad = MedianOverFrequency(bins: size.bins, window: bins)
        spectra = VectorBuffer(size.length * (frames / 2 + 1))
        magnitudes = VectorBuffer(size.bins)
        harmonic = VectorBuffer(size.bins)
        percussive = VectorBuffer(size.bins)
        masked = VectorBuffer(size.length)
    }

    /// Short frames: what it leaves is percussive at fine time.
    static func fineInTime(sampleRate: Int, channels: Int) -> HarmonicSplit {
        HarmonicSplit(FrameSize(1024, at: sampleRate), channels: channels, frames: 33, bins: 15)
    }

    /// Long frames: what it leaves is percussive at fine frequency, which vibrato and voices are too.
    static func fineInFrequency(sampleRate: Int, channels: Int) -> HarmonicSplit {
        HarmonicSplit(FrameSize(16_384, at: sampleRate), channels: channels, frames: 9, bins: 61)
    }

    /// Takes the next samples of the signal.
    func push(_ block: UnsafeBufferPointer<Complex>) {
        received += block.count
        var rest = block
        while analysis.take(&rest) { analyse() }
    }

    /// Ends the signal. Do not push again.
    func finish() {
        while analysis.takeSilence() { analyse() }
        for _ in 0..<steady.lag where steady.pushLast() { synthesise() }
    }

    private func analyse() {
        row(analysed).update(from: analysis.spectrum.start, count: size.length)
        analysed += 1
        stereo.magnitudes(analysis.spectrum.start, into: magnitudes.start)
        if steady.push(magnitudes.start) { synthesise() }
    }

    private func synthesise() {
        steady.medians(into: harmonic.start)
        broad.filter(steady.magnitudes, into: percussive.start)
        SoftMask.share(of: harmonic.start, against: percussive.start, into: harmonic.start, count: size.bins)
        stereo.apply(harmonic.start, to: row(steady.current), into: masked.start)
        let samples = synthesis.add(masked.start)
        // The last frames reach beyond the end.
        let known = min(samples.count, received - produced)
        output.append(UnsafeBufferPointer(rebasing: samples[..<known]))
        produced += known
    }

    private func row(_ frame: Int) -> UnsafeMutablePointer<Complex> {
        spectra.start + frame % (steady.lag + 1) * size.length
    }
}
