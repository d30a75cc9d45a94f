// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// What decoding a file to its end proved.
public struct Inspection: Hashable, Sendable {
    /// Container and codec by their usual names.
    public let kind: String
    public let format: AudioFormat
    /// Frames really decoded.
    public let frames: Int64
    /// The SHA-256 of the file's bytes.
    public let bytesDigest: Digest256
    /// The SHA-256 of the decoded audio: the same for a WAV, an AIFF and a FLAC of it, and after a retag. The canonical
    /// form is described at `AudioDigest`.
    public let audioDigest: Digest256
    /// The highest magnitude of a sample, 1 being full scale; infinite when ``nonFinite`` is not 0.
    public let peak: Double
    /// Samples that are infinite or not a number.
    public let nonFinite: Int64
    /// Oddities that stop nothing, each a clause about the file, such as "its header declares no length".
    public let warnings: [String]

    public var duration: AudioDuration { AudioDuration(frames: frames, sampleRate: format.sampleRate) }
}
