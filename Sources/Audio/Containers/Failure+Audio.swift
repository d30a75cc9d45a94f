// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The messages that readers of audio share. The decoders' own messages are never shown: libsndfile reports "File does
/// not exist or is not a regular file" for every MP3 it cannot read.
extension Failure {
    static func unreadable(_ error: Errno, _ name: FilePath) -> Self { Failure(error, "reading", name) }

    /// No decoder opens it, though it starts as a `kind` does.
    static func refused(_ kind: String, _ name: FilePath) -> Self {
        Failure(
            .audioBroken, "\(Printable(name)) starts as \(kind), but its header makes no sense",
            hint: "export it again, as WAV or FLAC", remedy: .reject)
    }

    /// Decoding stopped before the end.
    static func damaged(_ name: FilePath) -> Self {
        Failure(
            .audioBroken, "\(Printable(name)) is damaged and cannot be decoded to its end",
            hint: "copy or export it again", remedy: .reject)
    }

    /// It may be audio, but no decoder here reads a `kind`.
    static func unsupported(_ kind: String, _ name: FilePath) -> Self {
        Failure(
            .audioUnsupported, "\(Printable(name)) is \(kind), which cannot be read here",
            hint: "convert it to WAV or FLAC", remedy: .reject)
    }

    static func notAudio(_ container: Container, _ name: FilePath) -> Self {
        let what = if case .foreign(let what, _) = container { "but \(what)" } else { "of any kind known here" }
        return Failure(
            .audioNotAudio, "\(Printable(name)) is no audio \(what)", hint: "export the song as WAV or FLAC",
            remedy: .reject)
    }

    static func empty(_ name: FilePath) -> Self {
        Failure(.audioIncomplete, "\(Printable(name)) is empty", remedy: .reject)
    }

    /// - Parameter rate: Hz, where it is known.
    static func incomplete(_ shortfall: Completeness.Shortfall, _ rate: Int?, _ name: FilePath) -> Self {
        if shortfall.unit == .frames, let rate {
            return endsEarly(shortfall.actual, shortfall.declared, rate, name)
        }
        return Failure(
            .audioIncomplete,
            "\(Printable(name)) is cut off: it declares \(shortfall.declared) bytes and has \(shortfall.actual)",
            hint: "copy or export it again", remedy: .reject)
    }

    static func endsEarly(_ frames: Int64, _ declared: Int64, _ rate: Int, _ name: FilePath) -> Self {
        let held = AudioDuration(frames: frames, sampleRate: rate)
        let claimed = AudioDuration(frames: declared, sampleRate: rate)
        return Failure(
            .audioIncomplete, "\(Printable(name)) is cut off: it declares \(claimed) of audio and has \(held)",
            hint: "copy or export it again", remedy: .reject)
    }
}
