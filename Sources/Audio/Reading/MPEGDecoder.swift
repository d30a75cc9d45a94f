// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CMpg123
import Platform
import SystemPackage

/// libmpg123 over a ``ByteSource``: MPEG audio, layers I to III.
///
/// libsndfile reads MP3 too. But without a Xing header it guesses the length from the first frame, and stops there
/// without an error. This decoder goes on to the last frame.
final class MPEGDecoder: Decoder {
    let kind: String
    let format: AudioFormat
    let declaredFrames: Int64?

    private let source: ByteSource
    private let handle: OpaquePointer
    private let name: FilePath
    private var ended = false

    /// - Parameters:
    ///   - declaredFrames: the number in a Xing or Info header, when there is one.
    ///   - name: of the file, for messages.
    /// - Throws: `audio.broken` when no frame is found, `system.io` when the bytes could not be read, `system.limit`
    ///   without memory.
    init(_ source: ByteSource, declaredFrames: Int64?, name: FilePath) throws(Failure) {
        var status = Int32(MPG123_OK.rawValue)
        guard let handle = mpg123_new(nil, &status) else {
            throw Failure(.systemLimit, "libmpg123 gives no decoder (error \(status))", remedy: .retry(after: nil))
        }
        var rate = 0
        var channels: Int32 = 0
        var information = mpg123_frameinfo2()
        // Opened twice. The output format is fixed to that of the first frame, so that a change in mid-stream cannot go
        // unnoticed. It must be set before the decoder is set up.
        guard Self.configure(handle), Self.open(handle, source),
            mpg123_getformat(handle, &rate, &channels, nil) == MPG123_OK.rawValue,
            mpg123_close(handle) == MPG123_OK.rawValue, mpg123_format_none(handle) == MPG123_OK.rawValue,
            mpg123_format(handle, rate, channels, Int32(MPG123_ENC_FLOAT_32.rawValue)) == MPG123_OK.rawValue,
            Self.open(handle, source), mpg123_getformat(handle, &rate, &channels, nil) == MPG123_OK.rawValue,
            mpg123_info2(handle, &information) == MPG123_OK.rawValue, rate > 0, channels > 0
        else {
            mpg123_delete(handle)
            if let error = source.error { throw .unreadable(error, name) }
            throw .refused("MP3", name)
        }
        self.source = source
        self.handle = handle
        self.name = name
        self.declaredFrames = declaredFrames
        kind = "MP\(min(max(information.layer, 1), 3))"
        format = AudioFormat(sampleRate: rate, channels: Int(channels), samples: .lossy)
    }

    deinit {
        mpg123_close(handle)
        mpg123_delete(handle)
    }

    /// Counts every MPEG frame, without decoding: a pass over the file. Call it before the first read.
    func expectedFrames() throws(Failure) -> Int64? {
        guard mpg123_scan(handle) == MPG123_OK.rawValue else {
            if let error = source.error { throw .unreadable(error, name) }
            throw .damaged(name)
        }
        let frames = mpg123_length(handle)
        return frames > 0 ? Int64(frames) : nil
    }

    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws(Failure) -> Int {
        let frameSize = format.channels * MemoryLayout<Float>.size
        let wanted = buffer.count / format.channels * frameSize
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        var filled = 0
        while filled < wanted, !ended {
            var count = 0
            let status = mpg123_read(handle, bytes.baseAddress! + filled, wanted - filled, &count)
            filled += count
            if let error = source.error { throw .unreadable(error, name) }
            switch status {
            // The announced format is the one that was set: it applies from the first frame on.
            case MPG123_OK.rawValue, MPG123_NEW_FORMAT.rawValue: continue
            case MPG123_DONE.rawValue: ended = true
            case MPG123_ERR.rawValue where mpg123_errcode(handle) == MPG123_BAD_OUTFORMAT.rawValue:
                throw Failure(
                    .audioUnsupported, "\(Printable(name)) changes its sample rate on the way",
                    hint: "convert it to WAV or FLAC at one rate", remedy: .reject)
            default: throw .damaged(name)
            }
        }
        return filled / frameSize
    }

    func read(into buffer: UnsafeMutableBufferPointer<Double>) throws(Failure) -> Int {
        var failure: Failure?
        var frames = 0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: buffer.count) { floats in
            do throws(Failure) {
                frames = try read(into: floats)
                for i in 0..<frames * format.channels { buffer[i] = Double(floats[i]) }
            } catch { failure = error }
        }
        if let failure { throw failure }
        return frames
    }

    func read(into buffer: UnsafeMutableBufferPointer<Int16>) throws(Failure) -> Int {
        preconditionFailure("\(kind) holds no integers")
    }

    func read(into buffer: UnsafeMutableBufferPointer<Int32>) throws(Failure) -> Int {
        preconditionFailure("\(kind) holds no integers")
    }

    private static func configure(_ handle: OpaquePointer) -> Bool {
        // Quiet, or it writes to stderr. Tags are skipped: they are large, may be hostile, and hold no audio.
        let flags = MPG123_QUIET.rawValue | MPG123_SKIP_ID3V2.rawValue | MPG123_GAPLESS.rawValue
        return mpg123_param2(handle, Int32(MPG123_ADD_FLAGS.rawValue), Int(flags), 0) == MPG123_OK.rawValue
            && mpg123_param2(handle, Int32(MPG123_REMOVE_FLAGS.rawValue), Int(MPG123_AUTO_RESAMPLE.rawValue), 0)
                == MPG123_OK.rawValue
            // Skips junk before and between frames, up to the end of the file.
            && mpg123_param2(handle, Int32(MPG123_RESYNC_LIMIT.rawValue), -1, 0) == MPG123_OK.rawValue
            && mpg123_replace_reader_handle(handle, readBytes, seekBytes, nil) == MPG123_OK.rawValue
    }

    private static func open(_ handle: OpaquePointer, _ source: ByteSource) -> Bool {
        _ = source.seek(by: 0, from: .start)
        return mpg123_open_handle(handle, Unmanaged.passUnretained(source).toOpaque()) == MPG123_OK.rawValue
    }

    private static let readBytes: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int) -> Int = {
        context, target, count in
        let source = ByteSource.behind(context)
        let read = source.read(into: UnsafeMutableRawBufferPointer(start: target, count: count))
        return source.error == nil ? read : -1
    }

    private static let seekBytes: @convention(c) (UnsafeMutableRawPointer?, Int, Int32) -> Int = {
        context, offset, whence in
        let source = ByteSource.behind(context)
        return Int(source.seek(by: Int64(offset), from: FileDescriptor.SeekOrigin(rawValue: whence)))
    }
}
