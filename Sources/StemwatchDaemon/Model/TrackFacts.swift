// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform
public import SystemPackage

/// What intake proved about a settled file by decoding it to its end.
public struct TrackFacts: Hashable, Sendable {
    /// Container and codec as a person calls them: `WAV`, `FLAC`, `MP3`, `Ogg Vorbis`.
    public var kind: String
    public var format: AudioFormat
    /// Frames really decoded.
    public var frames: Int64
    /// The length really decoded; what minutes are counted by.
    public var duration: AudioDuration
    /// Of the file's bytes.
    public var bytesDigest: Digest256
    /// Of the decoded audio: the same for a WAV and a FLAC of it, and after a retag.
    public var audioDigest: Digest256
    /// Things a person may want to know that stop nothing, such as odd header sizes.
    public var warnings: [String]

    public init(
        kind: String, format: AudioFormat, frames: Int64, duration: AudioDuration,
        bytesDigest: Digest256, audioDigest: Digest256, warnings: [String] = []
    ) {
        self.kind = kind
        self.format = format
        self.frames = frames
        self.duration = duration
        self.bytesDigest = bytesDigest
        self.audioDigest = audioDigest
        self.warnings = warnings
    }
}

/// One track on its way into a backend.
public struct Track: Hashable, Sendable {
    public var job: JobID
    /// Absolute path of the source. Never written.
    public var source: FilePath
    /// What the source must still be when it is read.
    public var identity: FileIdentity
    public var facts: TrackFacts
    /// The stems wanted, in order.
    public var stems: [StemName]

    public init(job: JobID, source: FilePath, identity: FileIdentity, facts: TrackFacts, stems: [StemName]) {
        self.job = job
        self.source = source
        self.identity = identity
        self.facts = facts
        self.stems = stems
    }
}
