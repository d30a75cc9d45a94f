// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a file's header claims, before anything is decoded. Every value may be wrong; it is `nil` where the header has
/// none or was not understood.
public struct AudioClaim: Hashable, Sendable {
    /// Container and codec by their usual names.
    public let kind: String
    /// Hz.
    public let sampleRate: Int?
    public let channels: Int?
    public let frames: Int64?

    /// `nil` when frames or rate are.
    public var duration: AudioDuration? {
        guard let frames, let sampleRate else { return nil }
        return AudioDuration(frames: frames, sampleRate: sampleRate)
    }
}
