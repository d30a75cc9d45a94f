// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Checks one file against the limits of intake.
struct IntakeCheck {
    /// The codes that are verdicts on a file's content, and no failure of ours.
    static let verdicts: Set<FailureCode> = [
        .audioIncomplete, .audioBroken, .audioUnsupported, .audioNotAudio, .audioSilent, .audioTooLong,
        .audioTooShort, .audioTooLarge, .audioChannels, .audioRate,
    ]

    private let limits: IntakeLimits
    private let name: Printable

    private let file: FilePath

    /// - Parameter name: of the file, for messages.
    init(_ limits: IntakeLimits, _ name: FilePath) {
        self.limits = limits
        self.name = Printable(name)
        file = name
    }

    /// Decodes the file to its end. Blocks.
    /// - Throws: the verdict, when it is no sound track; what ``Inspector`` throws.
    func facts(
        of descriptor: FileDescriptor, size: Int64, _ isCancelled: () -> Bool
    ) throws(Failure) -> TrackFacts {
        guard size <= limits.maximumSize else {
            throw rejection(
                .audioTooLarge, "has \(size) bytes; \(limits.maximumSize) are allowed",
                "raise max_size of the folder, or shorten it")
        }
        let inspector = try Inspector(descriptor, name: file) { (claim) throws(Failure) in try check(claim) }
        // One second more than allowed proves that it is too long.
        let rate = Int64(inspector.claim.sampleRate ?? 1)
        let most = (limits.maximumDuration.milliseconds / 1000).multipliedReportingOverflow(by: rate)
        let found = try inspector.run(
            limit: most.overflow ? .max : most.partialValue + rate, isCancelled: isCancelled)
        guard let found else { throw tooLong(nil) }
        try check(found)
        return TrackFacts(
            kind: found.kind, format: found.format, frames: found.frames, duration: found.duration,
            bytesDigest: found.bytesDigest, audioDigest: found.audioDigest, warnings: found.warnings)
    }

    /// Before decoding: what the header claims.
    private func check(_ claim: AudioClaim) throws(Failure) {
        if let channels = claim.channels { try check(channels: channels) }
        if let rate = claim.sampleRate { try check(rate: rate) }
        if let duration = claim.duration, duration > limits.maximumDuration { throw tooLong(duration) }
    }

    /// After it: what there is.
    private func check(_ found: Inspection) throws(Failure) {
        if found.nonFinite > 0 {
            throw rejection(
                .audioBroken, "has \(found.nonFinite) samples that are no finite numbers",
                "export it again; a plug-in in the mix may be at fault")
        }
        if found.duration > limits.maximumDuration { throw tooLong(found.duration) }
        if found.duration < limits.minimumDuration {
            throw rejection(
                .audioTooShort, "lasts \(found.duration); at least \(limits.minimumDuration) are needed",
                "lower min_duration of the folder, if it is meant to be so short")
        }
        // Decibels compared as amplitudes: silence has no logarithm.
        if found.peak < Self.amplitude(decibels: limits.silencePeak) {
            throw rejection(.audioSilent, "is silent: no sample is above \(limits.silencePeak) dB", "check the export")
        }
    }

    private func check(channels: Int) throws(Failure) {
        guard channels > 0 else { throw rejection(.audioBroken, "declares no channels", "export it again") }
        guard channels <= limits.maximumChannels else {
            throw rejection(
                .audioChannels, "has \(channels) channels; \(limits.maximumChannels) are allowed",
                "mix it down to stereo")
        }
    }

    private func check(rate: Int) throws(Failure) {
        guard rate > 0 else { throw rejection(.audioBroken, "declares a sample rate of 0", "export it again") }
        guard limits.sampleRates.contains(rate) else {
            let range = "\(limits.sampleRates.lowerBound) to \(limits.sampleRates.upperBound) Hz"
            throw rejection(.audioRate, "has \(rate) Hz; \(range) are allowed", "resample it")
        }
    }

    /// - Parameter duration: `nil` when it was not decoded to its end.
    private func tooLong(_ duration: AudioDuration?) -> Failure {
        let lasts = duration.map { "lasts \($0)" } ?? "goes on after \(limits.maximumDuration)"
        return rejection(
            .audioTooLong, "\(lasts); \(limits.maximumDuration) are allowed",
            "raise max_duration of the folder, or cut it")
    }

    private func rejection(_ code: FailureCode, _ what: String, _ hint: String?) -> Failure {
        Failure(code, "\(name) \(what)", hint: hint, remedy: .reject)
    }

    /// 10^(decibels/20), in factors of what a bit is worth: exact enough for a threshold, without a C library.
    private static func amplitude(decibels: Double) -> Double {
        let bits = decibels / 6.020_599_913_279_624
        let whole = bits.rounded(.down)
        // 2^x on 0…1 to within 0.2 %.
        let rest = bits - whole
        return Double(sign: .plus, exponent: Int(whole), significand: 1 + rest * (0.6565 + 0.3435 * rest))
    }
}
