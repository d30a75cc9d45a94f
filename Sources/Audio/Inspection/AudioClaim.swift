// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a file's header claims, before anything is decoded. It may lie in every direction; `nil` where it is silent
/// or was not understood.
public struct AudioClaim: Hashable, Sendable {
    /// Container and codec as a person calls them.
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
