// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CSndFile
import Platform
import SystemPackage

/// libsndfile over a ``ByteSource``.
///
/// libsndfile shortens truncated audio without an error, so other code checks that a file is complete. Its messages are
/// unclear and never shown.
final class SndFileDecoder: Decoder {
    let kind: String
    let format: AudioFormat
    let declaredFrames: Int64?

    private let source: ByteSource
    private let handle: OpaquePointer
    private let name: FilePath

    /// - Parameter name: of the file, for messages.
    /// - Throws: `audio.broken` when libsndfile refuses the file, `system.io` when it could not be read.
    init(_ source: ByteSource, kind: String, name: FilePath) throws(Failure) {
        _ = source.seek(by: 0, from: .start)
        // libsndfile copies them.
        var callbacks = Self.callbacks
        var information = SF_INFO()
        // The decoder keeps `source` alive for longer than libsndfile keeps this pointer.
        let context = Unmanaged.passUnretained(source).toOpaque()
        let opened = sf_open_virtual(&callbacks, Int32(SFM_READ), &information, context)
        if let error = source.error {
            if let opened { sf_close(opened) }
            throw .unreadable(error, name)
        }
        guard let opened else { throw .refused(kind, name) }
        guard information.channels > 0, information.samplerate > 0,
            let samples = Self.samples(of: information.format)
        else {
            sf_close(opened)
            throw .refused(kind, name)
        }
        self.source = source
        self.name = name
        self.kind = kind
        handle = opened
        format = AudioFormat(
            sampleRate: Int(information.samplerate), channels: Int(information.channels), samples: samples)
        // Both mean "not known" to libsndfile.
        declaredFrames = information.frames <= 0 || information.frames == .max ? nil : information.frames
    }

    deinit { sf_close(handle) }

    func expectedFrames() throws(Failure) -> Int64? { declaredFrames }

    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws(Failure) -> Int {
        try checked(sf_readf_float(handle, buffer.baseAddress, Int64(buffer.count / format.channels)))
    }

    func read(into buffer: UnsafeMutableBufferPointer<Double>) throws(Failure) -> Int {
        try checked(sf_readf_double(handle, buffer.baseAddress, Int64(buffer.count / format.channels)))
    }

    // When it reads integers, libsndfile truncates floats without scaling them, and drops the bits that do not fit.
    func read(into buffer: UnsafeMutableBufferPointer<Int16>) throws(Failure) -> Int {
        guard case .integer(...16) = format.samples else { preconditionFailure("\(kind) holds more than 16 bits") }
        return try checked(sf_readf_short(handle, buffer.baseAddress, Int64(buffer.count / format.channels)))
    }

    func read(into buffer: UnsafeMutableBufferPointer<Int32>) throws(Failure) -> Int {
        guard case .integer = format.samples else { preconditionFailure("\(kind) holds no integers") }
        return try checked(sf_readf_int(handle, buffer.baseAddress, Int64(buffer.count / format.channels)))
    }

    private func checked(_ frames: Int64) throws(Failure) -> Int {
        if let error = source.error { throw .unreadable(error, name) }
        // Set by this read only: libsndfile clears it on entry, and returns no further frames.
        guard sf_error(handle) == SF_ERR_NO_ERROR else { throw .damaged(name) }
        return Int(max(0, frames))
    }

    /// What the samples of a libsndfile format are; `nil` for one that no file here should have.
    private static func samples(of format: Int32) -> AudioFormat.Samples? {
        switch Int(format) & SF_FORMAT_SUBMASK {
        case SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8: .integer(bits: 8)
        case SF_FORMAT_PCM_16, SF_FORMAT_ALAC_16: .integer(bits: 16)
        case SF_FORMAT_PCM_24, SF_FORMAT_ALAC_24: .integer(bits: 24)
        case SF_FORMAT_PCM_32, SF_FORMAT_ALAC_32: .integer(bits: 32)
        case SF_FORMAT_ALAC_20: .integer(bits: 20)
        case SF_FORMAT_DWVW_12: .integer(bits: 12)
        case SF_FORMAT_DWVW_16: .integer(bits: 16)
        case SF_FORMAT_DWVW_24, SF_FORMAT_DWVW_N: .integer(bits: 24)
        // These decode to 16-bit integers.
        case SF_FORMAT_ULAW, SF_FORMAT_ALAW, SF_FORMAT_IMA_ADPCM, SF_FORMAT_MS_ADPCM, SF_FORMAT_GSM610,
            SF_FORMAT_G721_32, SF_FORMAT_G723_24, SF_FORMAT_G723_40, SF_FORMAT_NMS_ADPCM_16,
            SF_FORMAT_NMS_ADPCM_24, SF_FORMAT_NMS_ADPCM_32:
            .integer(bits: 16)
        case SF_FORMAT_FLOAT: .float(bits: 32)
        case SF_FORMAT_DOUBLE: .float(bits: 64)
        case SF_FORMAT_VORBIS, SF_FORMAT_OPUS: .lossy
        default: nil
        }
    }

    private static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { ByteSource.behind($0).length },
            seek: { offset, whence, context in
                ByteSource.behind(context).seek(by: offset, from: FileDescriptor.SeekOrigin(rawValue: whence))
            },
            read: { target, count, context in
                Int64(
                    ByteSource.behind(context).read(
                        into: UnsafeMutableRawBufferPointer(start: target, count: Int(count))))
            },
            write: { _, _, _ in 0 },
            tell: { ByteSource.behind($0).position }
        )
    }
}
