// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// A file's audio without anything else in it: no titles, no pictures, no notes, no names of programs or people.
public enum BareAudio {
    /// The pieces of a WAV, AIFF, FLAC or MP3 file that are its audio, with the sizes around them set right.
    /// - Returns: `nil` when the pieces are not certain: another container, or one with odd sizes.
    ///   ``copy(of:name:to:)`` works for every file that can be decoded.
    /// - Throws: `system.io` when it cannot be read.
    public static func content(of file: FileDescriptor) throws(Failure) -> UploadContent? {
        let source = ByteSource(file, length: try FileStatus.of(file).identity.size)
        let pieces: [UploadContent.Piece]? =
            switch Container.of(source) {
            case .wav: riff(source)
            case .aiff: aiff(source)
            case .flac: flac(source)
            case .mpeg: mpeg(source)
            default: nil
            }
        if let error = source.error { throw Failure(error, "reading what is uploaded") }
        return pieces.map { UploadContent($0) }
    }

    /// Writes the audio of a file into a new one that holds nothing else: FLAC where that keeps every bit, else WAV.
    /// - Parameter target: without its ending; must not exist.
    /// - Returns: the file written.
    public static func copy(
        of file: FileDescriptor, name: FilePath, frames: Int64, to target: FilePath
    ) throws(Failure) -> FilePath {
        let reader = try AudioReader(descriptor: file, name: name)
        var container = AudioContainer.wav
        if case .integer(let bits) = reader.format.samples, bits <= 24, reader.format.channels <= 8 {
            container = .flac
        }
        var path = target
        path.extension = container.fileExtension
        let format = container.format(for: reader.format)
        let writer = try AudioWriter(path, format: format, container: container, expecting: frames)
        try AudioCopy.samples(from: reader, to: writer)
        try writer.finish()
        return path
    }

    // MARK: - Containers

    private static func riff(_ source: ByteSource) -> [UploadContent.Piece]? {
        guard source.bytes(at: 0, count: 4).says("RIFF") else { return nil }
        let layout = ChunkLayout(header: 8, alignment: 2) { (Array($0[..<4]), Int64($0.little(4, as: UInt32.self))) }
        return chunks(
            layout.walk(source, from: 12), of: source, form: "WAVE", outer: "RIFF", kept: ["fmt ", "fact", "data"],
            needed: ["fmt ", "data"]
        ) { size in (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * UInt32($0))) } }
    }

    private static func aiff(_ source: ByteSource) -> [UploadContent.Piece]? {
        let head = source.bytes(at: 0, count: 12)
        guard head.says("FORM") else { return nil }
        let layout = ChunkLayout(header: 8, alignment: 2) { (Array($0[..<4]), Int64($0.big(4, as: UInt32.self))) }
        return chunks(
            layout.walk(source, from: 12), of: source, form: head.says("AIFC", at: 8) ? "AIFC" : "AIFF", outer: "FORM",
            kept: ["FVER", "COMM", "SSND"], needed: ["COMM", "SSND"]
        ) { size in (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32($0))) } }
    }

    private static func chunks(
        _ walk: (chunks: [Chunk], end: Int64?), of source: ByteSource, form: String, outer: String, kept: [String],
        needed: [String], _ written: (UInt32) -> [UInt8]
    ) -> [UploadContent.Piece]? {
        let chosen = walk.chunks.filter { chunk in kept.contains { chunk.isCalled($0) } }
        guard walk.end != nil, needed.allSatisfy({ name in chosen.count { $0.isCalled(name) } == 1 }),
            chosen.allSatisfy({ $0.size > 0 && $0.end <= source.length })
        else { return nil }
        // Compressed AIFF also has a readable name of its encoding; the four bytes of the encoding are enough.
        var inside: [UploadContent.Piece] = [.bytes(Array(form.utf8))]
        for chunk in chosen {
            guard let size = UInt32(exactly: chunk.size) else { return nil }
            inside.append(.bytes(Array(chunk.name[..<4]) + written(size)))
            inside.append(.range(offset: chunk.start, count: chunk.size))
            if !chunk.size.isMultiple(of: 2) { inside.append(.bytes([0])) }
        }
        guard let total = UInt32(exactly: UploadContent(inside).size) else { return nil }
        return [.bytes(Array(outer.utf8) + written(total))] + inside
    }

    private static func flac(_ source: ByteSource) -> [UploadContent.Piece]? {
        var offset = Tags.end(in: source)
        guard source.bytes(at: offset, count: 4).says("fLaC") else { return nil }
        offset += 4
        var stream: UploadContent.Piece?
        // A file has a handful of blocks.
        for _ in 0..<1000 {
            let head = source.bytes(at: offset, count: 4)
            guard head.count == 4 else { return nil }
            let size = Int64(head.big(0, as: UInt32.self) & 0xFF_FFFF)
            if head[0] & 0x7F == 0 {
                guard stream == nil, size == 34 else { return nil }
                stream = .range(offset: offset + 4, count: size)
            }
            offset += 4 + size
            guard head[0] & 0x80 != 0 else { continue }
            let end = source.length - Tags.length(atEndOf: source)
            guard let stream, offset < end else { return nil }
            return [
                .bytes(Array("fLaC".utf8) + [0x80, 0, 0, 34]), stream, .range(offset: offset, count: end - offset),
            ]
        }
        return nil
    }

    private static func mpeg(_ source: ByteSource) -> [UploadContent.Piece]? {
        let start = Tags.end(in: source)
        let end = source.length - Tags.length(atEndOf: source)
        guard start < end, MPEGHeader.first(in: source, from: start) != nil else { return nil }
        // Lyrics, or an ID3v2 tag at the end: rare, and no code here finds where they begin.
        let tail = source.bytes(at: max(start, end - 10), count: 10)
        guard !tail.dropFirst().starts(with: "LYRICS".utf8), !tail.says("3DI") else { return nil }
        return [.range(offset: start, count: end - start)]
    }
}
