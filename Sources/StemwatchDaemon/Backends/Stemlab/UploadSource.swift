// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// The audio of a track, open and measured, as it is sent: without a name and without tags.
///
/// `@unchecked Sendable`: fixed once it is made, and read at given offsets alone.
final class UploadSource: @unchecked Sendable {
    let content: UploadContent
    /// SHA-256, of the content.
    let digest: [UInt8]
    private let file: FileDescriptor
    private let track: Track

    /// Reads all of it: on a thread of our own.
    /// - Parameter scratch: for what must be written anew to lose its tags.
    /// - Throws: `source.gone`, `source.changed` when it is no longer what was examined; what reading it throws.
    init(_ track: Track, scratch: TransferScratch) throws(Failure) {
        self.track = track
        let source = try Files.openRegular(track.source)
        do throws(Failure) {
            try Self.check(source, track)
            if let bare = try BareAudio.content(of: source) {
                (file, content) = (source, bare)
            } else {
                (file, content) = try Self.copy(of: source, track, in: scratch)
                try Failure.translating("closing", track.source) { try source.close() }
            }
        } catch {
            source.closeQuietly()
            throw error
        }
        do throws(Failure) {
            digest = try content.digest(of: file)
            try Self.check(path: track)
        } catch {
            file.closeQuietly()
            throw error
        }
    }

    deinit { file.closeQuietly() }

    /// What is still to be sent when `offset` bytes have arrived. Reads those: on a thread of our own.
    func body(from offset: Int64) throws(Failure) -> UploadBody {
        try UploadBody(content, of: file, digest: digest, from: offset)
    }

    /// With other dates, or on another mount, the file must be what was examined, byte for byte.
    private static func check(_ file: FileDescriptor, _ track: Track) throws(Failure) {
        let found = try FileIdentity(of: file)
        if found == track.identity { return }
        guard found.hasSameContent(as: track.identity) else { throw changed(track) }
        let digest = try Failure.translating("reading", track.source) { try FileDigest.of(file).digest }
        guard digest == track.facts.bytesDigest else { throw changed(track) }
    }

    private static func check(path track: Track) throws(Failure) {
        guard let found = try FileIdentity.at(track.source) else {
            throw Failure(.sourceGone, "\(Printable(track.source)) is no longer there", remedy: .reject)
        }
        guard found.hasSameContent(as: track.identity) else { throw changed(track) }
    }

    private static func changed(_ track: Track) -> Failure {
        Failure(.sourceChanged, "\(Printable(track.source)) has changed since it was examined", remedy: .reject)
    }

    /// The copy has no name once it is open: a crash leaves nothing of it.
    private static func copy(
        of source: FileDescriptor, _ track: Track, in scratch: TransferScratch
    ) throws(Failure) -> (FileDescriptor, UploadContent) {
        try DurableFiles.makeDirectories(scratch.path, mode: 0o700)
        try scratch.removeUpload(of: track.job)
        let copy: FilePath
        do throws(Failure) {
            copy = try BareAudio.copy(
                of: source, name: "input", frames: track.facts.frames, to: scratch.upload(of: track.job))
        } catch {
            try scratch.removeUpload(of: track.job)
            throw error
        }
        let file = try Files.openRegular(copy)
        do throws(Failure) {
            try DurableFiles.removeTree(copy)
            return (file, UploadContent([.range(offset: 0, count: try FileStatus.of(file).identity.size)]))
        } catch {
            file.closeQuietly()
            throw error
        }
    }
}
