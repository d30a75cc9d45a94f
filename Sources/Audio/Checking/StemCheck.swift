// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// The result of one pass over a set of stems and the mix they were made from.
public struct StemReport: Hashable, Sendable {
    public struct Stem: Hashable, Sendable {
        /// Container and codec, as ``AudioReader/kind``.
        public var kind: String
        public var format: AudioFormat
        /// Frames really decoded.
        public var frames: Int64
        /// The largest magnitude; 1 is full scale. Ignores samples that are not finite.
        public var peak: Float
        /// Whether every sample is a number.
        public var isFinite: Bool
    }
    /// In the order they were given.
    public var stems: [Stem]
    /// Of the mix; `nil` when it could not be read.
    public var mixPeak: Float?
    /// How far the sum of the stems is from the mix, in dB relative to the mix, never below ``exact``; `nil` where
    /// there is nothing to compare: no mix, a silent one, other rates or channels.
    public var residualDecibels: Double?

    /// The value for an exact sum: below the rounding of any format.
    public static let exact = -200.0
}

/// Decodes stems and their mix to the end, side by side, in the memory of a few blocks.
public enum StemCheck {
    private static let block = 8192

    /// - Parameters:
    ///   - stems: which of them, and where.
    ///   - mix: what they were made from, just opened; `nil`: it is not available any more.
    ///   - isCancelled: asked before each block.
    /// - Throws: `backend.bad_stems` for a stem that is missing or cannot be decoded, `job.cancelled`, and `system.io`,
    ///   `system.limit` for errors that no stem caused. A mix that cannot be decoded counts as missing.
    public static func run(
        stems: [(name: StemName, file: FilePath)], mix: AudioReader?, isCancelled: () -> Bool
    ) throws(Failure) -> StemReport {
        var tracks: [StemTrack] = []
        for (name, file) in stems { tracks.append(try StemTrack(name, file, block: block)) }
        var sum = StemSum(of: tracks.map(\.format), mix: mix, block: block)
        while true {
            if isCancelled() {
                throw Failure(.jobCancelled, "the check of the stems was stopped", remedy: .retry(after: nil))
            }
            var longest = 0
            for track in tracks { longest = max(longest, try track.advance()) }
            let mixed = try sum.advance(against: tracks)
            if longest == 0, !mixed { break }
        }
        return StemReport(stems: tracks.map(\.report), mixPeak: sum.mixPeak, residualDecibels: sum.residualDecibels)
    }
}
