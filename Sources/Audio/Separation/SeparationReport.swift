// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// What a ``Separation`` wrote.
public struct SeparationReport: Hashable, Sendable {
    /// One file.
    public struct Stem: Hashable, Sendable {
        /// One of ``StemName/standard``.
        public let name: StemName
        /// The finished file.
        public let path: FilePath
    }

    /// In the order of ``StemName/standard``.
    public let stems: [Stem]
    /// Container and codec of the source, by their usual names.
    public let kind: String
    /// The format of the source.
    public let source: AudioFormat
    /// The format of the stems.
    public let written: AudioFormat
    /// Of the source and of each stem.
    public let frames: Int64
    /// Samples of the source that were not a number, infinite, or beyond ±2⁴⁰: they count as silence.
    public let repairedSamples: Int64
    /// Samples of the source beyond the full scale of the integer format that was asked for: they were clipped.
    public let clippedSamples: Int64

    /// The length of the source and of each stem.
    public var duration: AudioDuration { AudioDuration(frames: frames, sampleRate: written.sampleRate) }

    /// Whether the stems sum to the source (as repaired and clipped) exactly: all of them were asked for, and they are
    /// integers. Floats sum to it but for the rounding of their last bit.
    public var sumsExactly: Bool {
        guard case .integer = written.samples else { return false }
        return stems.count == StemName.standard.count
    }
}
