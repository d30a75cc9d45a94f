// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform

/// The codes of failures on audio.
extension FailureCode {
    // audio: verdicts on the content of a file
    /// The container declares more audio than the file holds.
    package static let audioIncomplete = Self(rawValue: "audio.incomplete")
    /// The content cannot be decoded to its end.
    package static let audioBroken = Self(rawValue: "audio.broken")
    /// Perhaps audio, but of a kind that no decoder here reads.
    package static let audioUnsupported = Self(rawValue: "audio.unsupported")
    /// Not audio at all.
    package static let audioNotAudio = Self(rawValue: "audio.not_audio")
    /// Every sample is zero, or below the threshold.
    package static let audioSilent = Self(rawValue: "audio.silent")
    package static let audioTooLong = Self(rawValue: "audio.too_long")
    package static let audioTooShort = Self(rawValue: "audio.too_short")
    package static let audioTooLarge = Self(rawValue: "audio.too_large")
    package static let audioChannels = Self(rawValue: "audio.channels")
    package static let audioRate = Self(rawValue: "audio.rate")

    // minutes: of audio, which are counted
    package static let minutesExhausted = Self(rawValue: "minutes.exhausted")

    // backend: what separates
    package static let backendBadStems = Self(rawValue: "backend.bad_stems")
}
