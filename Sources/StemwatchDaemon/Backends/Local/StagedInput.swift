// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Copies a track's source to where a program may read it.
///
/// The copy shares blocks where the file system can. The program never sees the source, nor its name, which may begin
/// with a dash or a dot or be no text at all. What it reads for an hour is what intake examined, whatever happens to
/// the source.
enum StagedInput {
    /// Copies the source of `track` into `directory`.
    /// - Returns: the copy's name, `input.<ext>`.
    /// - Throws: `source.changed` when the source is no longer the file that was examined, `source.gone`,
    ///   `output.full`.
    static func copy(_ track: Track, in directory: FilePath) throws(Failure) -> FilePath.Component {
        let name = name(for: track)
        let target = directory.appending(name)
        let before = try check(track)
        try Files.copy(from: track.source, to: target, mode: 0o600)
        do throws(Failure) {
            let after = try check(track)
            // If dates or the mount changed, the copy must still be what was examined, byte for byte.
            if before != track.identity || after != track.identity, try digest(of: target) != track.facts.bytesDigest {
                throw changed(track)
            }
        } catch {
            try DurableFiles.removeTree(target)
            throw error
        }
        return name
    }

    private static func digest(of copy: FilePath) throws(Failure) -> Digest256 {
        try Failure.translating("reading", copy) {
            let file = try FileDescriptor.open(copy, .readOnly, options: [.noFollow, .closeOnExec])
            return try file.closeAfter { try FileDigest.of(file).digest }
        }
    }

    private static func changed(_ track: Track) -> Failure {
        Failure(.sourceChanged, "\(Printable(track.source)) has changed since it was examined", remedy: .reject)
    }

    /// - Returns: what the source is now.
    private static func check(_ track: Track) throws(Failure) -> FileIdentity {
        guard let found = try FileIdentity.at(track.source) else {
            throw Failure(.sourceGone, "\(Printable(track.source)) is no longer there", remedy: .reject)
        }
        guard found.hasSameContent(as: track.identity) else { throw changed(track) }
        return found
    }

    /// Programs choose their decoder by the extension, so it is that of the format found.
    static func name(for track: Track) -> FilePath.Component {
        let known = extensions[track.facts.kind]
        let given = track.source.extension.map { $0.lowercased() } ?? ""
        let plain = (1...5).contains(given.utf8.count) && given.utf8.allSatisfy(isPlain)
        return FilePath.Component("input." + (known ?? (plain ? given : "audio")))!
    }

    private static let extensions = [
        "WAV": "wav", "RF64": "wav", "Wave64": "w64", "AIFF": "aiff", "AU": "au", "CAF": "caf", "FLAC": "flac",
        "MP3": "mp3", "Ogg Vorbis": "ogg", "Opus": "opus",
    ]

    private static func isPlain(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
}
