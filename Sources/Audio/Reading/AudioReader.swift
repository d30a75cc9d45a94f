// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Reads the samples of an audio file, front to back, in the memory of the caller's buffer.
///
/// WAV, RF64, Wave64, AIFF, AU, CAF, FLAC, Ogg Vorbis, Opus through libsndfile; MPEG audio through libmpg123. The
/// content decides the kind of a file; its name is ignored. Blocks while it reads: call it on a thread that may block.
/// One thread at a time.
///
/// It returns what can be decoded. It does not notice that a file ends early: ``Completeness`` and ``Inspection`` do.
public final class AudioReader {
    /// Container and codec by their usual names: `WAV`, `FLAC`, `MP3`, `Ogg Vorbis`.
    public var kind: String { decoder.kind }
    public var format: AudioFormat { decoder.format }
    /// Frames according to the header, which may be too low or too high; `nil` when it declares none.
    public var declaredFrames: Int64? { decoder.declaredFrames }

    /// Kept for as long as the decoder, whose C side points to it.
    private let source: ByteSource
    private let decoder: any Decoder
    /// The descriptor, when this reader opened it.
    private let owned: FileDescriptor?

    /// Opens a regular file for reading, without following a link and without waiting on anything.
    /// - Throws: as ``init(descriptor:name:)``; `source.gone`, `source.not_regular`.
    public convenience init(_ path: FilePath) throws(Failure) {
        let descriptor = try Files.openRegular(path)
        let name = path.lastComponent.map { FilePath(root: nil, [$0]) } ?? path
        do throws(Failure) {
            try self.init(descriptor: descriptor, name: name, owned: descriptor)
        } catch {
            descriptor.closeQuietly()
            throw error
        }
    }

    /// - Parameters:
    ///   - descriptor: of a regular file, open for reading. Stays the caller's to close, after this reader is gone;
    ///     its offset is neither used nor moved.
    ///   - name: of the file, for messages.
    /// - Throws: `audio.unsupported`, `audio.not_audio`, `audio.broken`, and `system.io` when it cannot be read.
    public convenience init(descriptor: FileDescriptor, name: FilePath) throws(Failure) {
        try self.init(descriptor: descriptor, name: name, owned: nil)
    }

    private convenience init(descriptor: FileDescriptor, name: FilePath, owned: FileDescriptor?) throws(Failure) {
        let length = try FileStatus.of(descriptor).identity.size
        try self.init(ByteSource(descriptor, length: length), name: name, owned: owned)
    }

    private convenience init(_ source: ByteSource, name: FilePath, owned: FileDescriptor?) throws(Failure) {
        let container = Container.of(source)
        let report = HeaderReport.of(source, container)
        if let error = source.error { throw .unreadable(error, name) }
        try self.init(source, container, report, name, owned: owned)
    }

    /// For callers that have read the headers already.
    init(
        _ source: ByteSource, _ container: Container, _ report: HeaderReport, _ name: FilePath,
        owned: FileDescriptor? = nil
    ) throws(Failure) {
        if let what = report.unsupported { throw .unsupported(what, name) }
        source.overlay = report.overlay
        switch container {
        case .wav, .rf64, .wave64, .aiff, .au, .caf, .flac, .ogg(.vorbis), .ogg(.opus):
            decoder = try SndFileDecoder(source, kind: container.name, name: name)
        case .mpeg: decoder = try MPEGDecoder(source, declaredFrames: report.frames, name: name)
        case .bw64, .ogg, .foreign(_, .audio): throw .unsupported(container.name, name)
        case .foreign(_, .other), .unknown: throw .notAudio(container, name)
        }
        self.source = source
        self.owned = owned
    }

    deinit { owned?.closeQuietly() }

    /// The number of frames to expect from decoding to the end. MPEG frames are counted one by one, which takes a pass
    /// over the file; for other formats it is ``declaredFrames``. Call it before the first read.
    /// - Throws: `audio.broken`, `system.io`.
    public func expectedFrames() throws(Failure) -> Int64? { try decoder.expectedFrames() }

    /// Decodes the next frames into `buffer`, interleaved, full scale ±1; lossy codecs and floats may go beyond, and
    /// floats may be anything a float can be. Exact for integers of up to 24 bits and for 32-bit floats.
    /// - Returns: frames read; fewer than fit only at the end, where it is 0 from then on.
    /// - Throws: `audio.broken` when decoding cannot go on, `audio.unsupported` when the rate changes on the way,
    ///   `system.io` when the bytes cannot be read.
    public func read(into buffer: UnsafeMutableBufferPointer<Float>) throws(Failure) -> Int {
        try decoder.read(into: buffer)
    }

    /// The same in double precision: exact for every format.
    public func read(into buffer: UnsafeMutableBufferPointer<Double>) throws(Failure) -> Int {
        try decoder.read(into: buffer)
    }

    /// The same as integers left-justified to 16 bits: exact. For formats whose samples are `.integer` of up to 16 bits
    /// only.
    public func read(into buffer: UnsafeMutableBufferPointer<Int16>) throws(Failure) -> Int {
        try decoder.read(into: buffer)
    }

    /// The same as integers left-justified to 32 bits: exact. Only for formats whose samples are `.integer`.
    public func read(into buffer: UnsafeMutableBufferPointer<Int32>) throws(Failure) -> Int {
        try decoder.read(into: buffer)
    }
}
