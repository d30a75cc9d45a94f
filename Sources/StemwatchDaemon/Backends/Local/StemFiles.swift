// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What a program left in its output directory. Its exit status proves nothing: Demucs exits 0 for an input that is not
/// there and for one that is cut off.
enum StemFiles {
    /// How much longer or shorter than the track a stem may be here. Decoders differ in how much of a lossy file's
    /// encoder delay and padding they remove (an MP3 has up to 2,257 samples of it: 51 ms at 44.1 kHz), and resamplers
    /// round. A stem that was cut off lacks more; delivery measures every stem to its end.
    static let tolerance = AudioDuration(milliseconds: 100)

    /// Every stem of the order, checked: a regular file inside `directory`, no link on the way to it, that opens as
    /// audio and is as long as the track.
    /// - Throws: `backend.bad_stems`, naming the first that is not.
    static func verified(
        _ stems: [CommandSettings.StemFile], in directory: FilePath, duration: AudioDuration
    ) throws(Failure) -> [RemoteStem] {
        var verified: [RemoteStem] = []
        for stem in stems {
            let file = try locate(stem.file, in: directory, as: stem.name)
            let length = try length(of: file, as: stem.name)
            guard duration - tolerance < length, length < duration + tolerance else {
                throw bad("the stem \(stem.name) is \(length) long, and the track \(duration)")
            }
            verified.append(
                RemoteStem(name: stem.name, location: stem.file, bytes: try FileStatus.at(file)?.identity.size))
        }
        return verified
    }

    /// Where a stem is.
    /// - Parameter location: relative to `directory`.
    /// - Throws: `backend.bad_stems` unless it is a regular file with directories, and no links, on the way to it.
    static func locate(_ location: String, in directory: FilePath, as name: StemName) throws(Failure) -> FilePath {
        let relative = FilePath(location)
        guard relative.isRelative, !relative.isEmpty, relative.components.allSatisfy({ $0.kind == .regular }) else {
            throw bad("\(Printable(location)) is no place inside the output directory")
        }
        var path = directory
        for (index, component) in relative.components.enumerated() {
            path.append(component)
            let wanted: FileKind = index + 1 == relative.components.count ? .regular : .directory
            guard let status = try FileStatus.at(path) else {
                throw bad("the stem \(name) is missing: there is no \(Printable(location))")
            }
            guard status.kind == wanted else {
                throw bad("the stem \(name) is not a regular file: \(Printable(location))")
            }
        }
        return path
    }

    private static func length(of file: FilePath, as name: StemName) throws(Failure) -> AudioDuration {
        do throws(Failure) {
            let reader = try AudioReader(file)
            let frames = try reader.expectedFrames() ?? 0
            return AudioDuration(frames: frames, sampleRate: reader.format.sampleRate)
        } catch  where error.code.rawValue.hasPrefix("audio.") {
            throw bad("the stem \(name) cannot be read: \(error.message)")
        }
    }

    private static func bad(_ message: String) -> Failure {
        Failure(.backendBadStems, message, remedy: .retry(after: nil))
    }
}
