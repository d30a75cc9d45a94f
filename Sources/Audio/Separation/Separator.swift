// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Separates a stream of one or two channels into stems, in memory that does not grow with its length.
///
/// Unsupervised: soft masks from what can be measured of the mix, after Fitzgerald (2010), Driedger, Müller and Disch
/// (2014), and Avendano and Jot (2002); see ``HarmonicSplit``, ``CentreSimilarity`` and ``StemMasks``. How the mix is
/// cut into blocks makes no difference to the stems, bit for bit.
///
/// ```
/// mix ─┬─▶ HarmonicSplit, fine in time ──────┐
///      ├─▶ HarmonicSplit, fine in frequency ─┼─▶ MaskedFrames ─ masks × spectrum ─▶ OverlapAdd, one a stem
///      └─▶ SampleQueue, to line them up ─────┘
/// ```
///
/// The stems are floating point and sum to the mix but for its rounding (``Separation`` makes files sum exactly).
/// Not thread-safe.
final class Separator {
    private let channels: Int
    private let size: FrameSize
    private let fineTime, fineFrequency: HarmonicSplit
    private let mix = SampleQueue<Complex>()
    private let frames: MaskedFrames
    private let stems: [(name: StemName, synthesis: OverlapAdd, output: SampleQueue<Complex>)]
    private let stereo: StereoSpectrum
    private let masked: VectorBuffer<Complex>
    private let chunk: VectorBuffer<Complex>
    private var received = 0
    private var produced = 0
    private var ending = Ending.notYet

    private enum Ending { case notYet, lookedAhead, done }

    /// - Parameters:
    ///   - sampleRate: frames a second; the method was fitted at 44,100 and keeps its times and frequencies at others.
    ///   - channels: 1 or 2.
    ///   - stems: which of ``StemName/standard`` to compute.
    init(sampleRate: Int, channels: Int, stems: [StemName]) {
        precondition(channels == 1 || channels == 2)
        self.channels = channels
        size = FrameSize(4096, at: sampleRate)
        fineTime = .fineInTime(sampleRate: sampleRate, channels: channels)
        fineFrequency = .fineInFrequency(sampleRate: sampleRate, channels: channels)
        frames = MaskedFrames(size, sampleRate: sampleRate, channels: channels)
        stereo = StereoSpectrum(length: size.length, channels: channels)
        masked = VectorBuffer(size.length)
        chunk = VectorBuffer(4096)
        let size = size
        self.stems = stems.map { ($0, OverlapAdd(size), SampleQueue()) }
    }

    /// Takes the next frames of the mix: interleaved samples, full scale at 1. A sample that is not a number, infinite
    /// or beyond ±2⁴⁰ counts as 0.
    func push(_ interleaved: UnsafeBufferPointer<Float>) {
        precondition(interleaved.count % channels == 0)
        var rest = interleaved
        while !rest.isEmpty {
            let count = min(rest.count / channels, chunk.count)
            load(rest, count: count)
            rest = UnsafeBufferPointer(rebasing: rest[(count * channels)...])
            received += count
            let block = UnsafeBufferPointer(start: UnsafePointer(chunk.start), count: count)
            mix.append(block)
            fineTime.push(block)
            fineFrequency.push(block)
            mask()
        }
    }

    /// Ends the mix, and finishes a part of what is left, so that the caller can write it, or stop, in between. Call it
    /// until it returns false: then everything is ready. Do not push again.
    func finishPart() -> Bool {
        switch ending {
        case .notYet:
            fineTime.finish()
            fineFrequency.finish()
            ending = .lookedAhead
        case .lookedAhead where mix.count > 0:
            mask()
        case .lookedAhead:
            frames.finish { synthesise($0) }
            ending = .done
        case .done:
            return false
        }
        return true
    }

    /// How many frames of every stem wait to be read.
    var ready: Int { stems.first?.output.count ?? 0 }

    /// The waiting frames of the stem at `index` of the stems asked for: left in `x`, right in `y` (0 if mono).
    /// Valid until the separator is next changed.
    func waiting(_ index: Int) -> UnsafeBufferPointer<Complex> { stems[index].output.waiting }

    /// Removes the oldest waiting frames of every stem.
    func removeFirst(_ frames: Int) {
        for stem in stems { stem.output.removeFirst(frames) }
    }

    private func load(_ samples: UnsafeBufferPointer<Float>, count: Int) {
        if channels == 2 {
            for i in 0..<count { chunk.start[i] = Complex(finite(samples[2 * i]), finite(samples[2 * i + 1])) }
        } else {
            for i in 0..<count { chunk.start[i] = Complex(finite(samples[i]), 0) }
        }
    }

    /// Written so that it is false for NaN. Squares of the spectra of larger values would overflow.
    @inline(__always)
    private func finite(_ sample: Float) -> Float { abs(sample) <= 0x1p40 ? sample : 0 }

    /// Masks a bounded part of the samples that both branches have: at least as much as one call to ``push(_:)`` adds.
    private func mask() {
        let known = min(fineTime.output.count, fineFrequency.output.count, max(size.length, chunk.count))
        frames.push(
            mix: UnsafeBufferPointer(rebasing: mix.waiting[..<known]),
            fineTime: UnsafeBufferPointer(rebasing: fineTime.output.waiting[..<known]),
            fineFrequency: UnsafeBufferPointer(rebasing: fineFrequency.output.waiting[..<known])
        ) { synthesise($0) }
        mix.removeFirst(known)
        fineTime.output.removeFirst(known)
        fineFrequency.output.removeFirst(known)
    }

    private func synthesise(_ spectrum: UnsafePointer<Complex>) {
        var known = 0
        for stem in stems {
            stereo.apply(frames.masks.mask(of: stem.name), to: spectrum, into: masked.start)
            let samples = stem.synthesis.add(masked.start)
            // The last frames reach beyond the end.
            known = min(samples.count, received - produced)
            stem.output.append(UnsafeBufferPointer(rebasing: samples[..<known]))
        }
        produced += known
    }
}
