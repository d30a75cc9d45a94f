// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// Whether a set of stems may be delivered. What forbids that is thrown; what is only odd is a warning.
struct StemVerdict {
    /// With a larger residual, stems do not sum to the mix as promised.
    static let residualLimit = -60.0
    /// The peak below which a stem is silent.
    private static let silence: Float = 1e-5
    /// How much longer or shorter another decoder may make a lossy file: three frames of MPEG audio.
    private static let codecDelay = 3.0 * 1152

    let report: StemReport
    private(set) var warnings: [String] = []

    /// Reads every stem, and the source beside them, to the end.
    init(
        of order: DeliveryOrder, format: DeliverySettings.Format, isCancelled: () -> Bool
    ) throws(Failure) {
        guard !order.stems.isEmpty else { throw Self.bad("the backend brought no stems") }
        let (mix, missing) = try Self.mix(of: order)
        if let missing { warnings.append(missing) }
        report = try StemCheck.run(
            stems: order.stems.map { ($0.name, $0.file) }, mix: mix, isCancelled: isCancelled)
        try judge(order)
        for (staged, stem) in zip(order.stems, report.stems) where stem.peak > 1 && format == .flac {
            warnings.append("the stem \(staged.name) passes full scale, which flac cannot hold: it was clipped")
        }
    }

    private mutating func judge(_ order: DeliveryOrder) throws(Failure) {
        for (staged, stem) in zip(order.stems, report.stems) {
            guard stem.isFinite else { throw Self.bad("the stem \(staged.name) holds samples that are not numbers") }
            guard stem.format.channels == report.stems[0].format.channels,
                stem.format.sampleRate == report.stems[0].format.sampleRate
            else { throw Self.bad("the stem \(staged.name) differs from the others in rate or channels") }
            try judgeLength(of: stem, staged.name, order)
        }
        try judgeFormat(report.stems[0].format, order)
        if report.stems.allSatisfy({ $0.peak < Self.silence }), let peak = report.mixPeak, peak >= Self.silence {
            warnings.append("all stems are silent, and the track is not")
        }
        if order.provenance.sumsToMix, let residual = report.residualDecibels, residual > Self.residualLimit {
            throw Self.bad("the stems do not sum to the track: the residual is \(Int(residual.rounded())) dB")
        }
    }

    private mutating func judgeLength(of stem: StemReport.Stem, _ name: StemName, _ order: DeliveryOrder)
        throws(Failure)
    {
        let rate = Double(order.facts.format.sampleRate)
        let expected = Double(order.facts.frames) / rate
        let found = Double(stem.frames) / Double(stem.format.sampleRate)
        // The slack is for the division, far below one frame of any rate.
        if (found - expected).magnitude <= 0.001 + 1e-9 { return }
        let lengths =
            "\(AudioDuration(frames: stem.frames, sampleRate: stem.format.sampleRate)) long, "
            + "and the track \(order.facts.duration)"
        let mayDiffer = order.facts.format.samples == .lossy && !order.provenance.sumsToMix
        guard mayDiffer, (found - expected).magnitude <= Self.codecDelay / rate else {
            throw Self.bad("the stem \(name) is \(lengths)")
        }
        let warning = "the stems are \(lengths): the decoder of a lossy format adds or takes a little"
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    private mutating func judgeFormat(_ stems: AudioFormat, _ order: DeliveryOrder) throws(Failure) {
        let track = order.facts.format
        if stems.sampleRate != track.sampleRate {
            try mention("the stems are at \(stems.sampleRate) Hz, and the track at \(track.sampleRate) Hz", order)
        }
        if stems.channels != track.channels {
            try mention("the stems have \(stems.channels) channels, and the track \(track.channels)", order)
        }
    }

    /// A model may have a rate of its own, unless its stems are promised to sum to the mix.
    private mutating func mention(_ difference: String, _ order: DeliveryOrder) throws(Failure) {
        if order.provenance.sumsToMix { throw Self.bad(difference) }
        warnings.append(difference)
    }

    /// The source, if it is still what was separated; otherwise a warning.
    private static func mix(of order: DeliveryOrder) throws(Failure) -> (AudioReader?, String?) {
        do throws(Failure) {
            guard let found = try FileIdentity.at(order.source) else {
                return (nil, "the track is no longer there under its name: its stems were not compared with it")
            }
            guard found.hasSameContent(as: order.identity) else {
                return (nil, "the track changed after it was separated: its stems were not compared with it")
            }
            return (try AudioReader(order.source), nil)
        } catch {
            if error.code == .systemLimit { throw error }
            return (nil, "the track could not be read again, so its stems were not compared with it: \(error.message)")
        }
    }

    private static func bad(_ message: String) -> Failure {
        Failure(
            .backendBadStems, message, hint: "see the backend's log; `stemwatch retry JOB` fetches the stems again",
            remedy: .retry(after: nil))
    }
}
