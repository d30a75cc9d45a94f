// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CSndFile
public import Platform
public import SystemPackage

/// Writes one new audio file, front to back.
///
/// The same samples always give the same bytes: no time and no program's name is written. Not durable by itself: after
/// ``finish()``, sync the file. The caller removes a file that was not finished. Blocks while it writes: call it on a
/// thread that may block. One thread at a time.
public final class AudioWriter {
    public let format: AudioFormat
    /// Frames written so far.
    public private(set) var frames: Int64 = 0

    private let path: FilePath
    private let descriptor: FileDescriptor
    private let sink: ByteSink
    private var handle: OpaquePointer?
    /// Frames that fit.
    private let capacity: Int64
    private var scratch: [Int32] = []

    /// Creates the file at `path`.
    /// - Parameters:
    ///   - path: must not exist.
    ///   - format: one that ``AudioContainer/format(for:)`` gives: integers of 8, 16, 24, 32 bits or floats of 32, 64
    ///     for WAV, integers of 16 or 24 bits for FLAC.
    ///   - frames: how many will come, at most, where that is known: a WAV that needs no 64-bit sizes is then a plain
    ///     one. Otherwise space for them is reserved, and the file becomes an RF64 when it grows past 4 GiB.
    /// - Throws: `output.full`, `system.io`, `system.limit` by the file system's error; `system.io` when `path` exists;
    ///   `system.unsupported` for a format the container cannot hold.
    public convenience init(
        _ path: FilePath, format: AudioFormat, container: AudioContainer, expecting frames: Int64? = nil
    ) throws(Failure) {
        let encoding = try Encoding(of: format, in: container, expecting: frames, path)
        let descriptor = try Failure.translating("creating", path) {
            try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o666))
        }
        try self.init(descriptor, path, format, encoding)
    }

    /// - Parameter descriptor: of an empty file. This writer closes it.
    init(_ descriptor: FileDescriptor, _ path: FilePath, _ format: AudioFormat, _ encoding: Encoding) throws(Failure) {
        let sink = ByteSink(descriptor)
        var information = SF_INFO()
        information.samplerate = Int32(clamping: format.sampleRate)
        information.channels = Int32(clamping: format.channels)
        information.format = Int32(encoding.type)
        // The writer keeps `sink` alive for longer than libsndfile keeps this pointer.
        let context = Unmanaged.passUnretained(sink).toOpaque()
        // libsndfile copies them.
        var callbacks = Self.callbacks
        guard let handle = sf_open_virtual(&callbacks, Int32(SFM_WRITE), &information, context) else {
            descriptor.closeQuietly()
            if let error = sink.error { throw Failure(error, "writing", path) }
            throw .unwritable(format, path)
        }
        // The PEAK chunk of float files carries the time of day.
        sf_command(handle, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
        // To plain WAV, when it ends up under 4 GiB.
        sf_command(handle, Int32(SFC_RF64_AUTO_DOWNGRADE), nil, Int32(SF_TRUE))
        self.path = path
        self.format = format
        self.descriptor = descriptor
        self.sink = sink
        self.handle = handle
        capacity = encoding.capacity
    }

    deinit {
        guard let handle else { return }
        sf_close(handle)
        descriptor.closeQuietly()
    }

    /// Appends interleaved frames, full scale ±1. Into integers they are rounded to the nearest, ties to even, and
    /// clipped at full scale; NaN becomes silence.
    /// - Throws: `output.full`, `system.io`.
    public func write(_ samples: UnsafeBufferPointer<Float>) throws(Failure) {
        if case .integer(let bits) = format.samples {
            try write(quantising: samples, to: bits)
        } else {
            try append(samples.count) { sf_writef_float($0, samples.baseAddress, $1) }
        }
    }

    /// The same in double precision.
    public func write(_ samples: UnsafeBufferPointer<Double>) throws(Failure) {
        if case .integer(let bits) = format.samples {
            try write(quantising: samples, to: bits)
        } else {
            try append(samples.count) { sf_writef_double($0, samples.baseAddress, $1) }
        }
    }

    /// Appends interleaved frames of integers left-justified to 32 bits, as ``AudioReader`` gives them. Bits that the
    /// file has no room for are cut off; into floats they are scaled to ±1.
    /// - Throws: `output.full`, `system.io`.
    public func write(_ samples: UnsafeBufferPointer<Int32>) throws(Failure) {
        if case .integer = format.samples {
            try append(samples.count) { sf_writef_int($0, samples.baseAddress, $1) }
        } else {
            let scaled = samples.map { Double($0) / 0x1p31 }
            try append(scaled.count) { handle, frames in
                scaled.withUnsafeBufferPointer { sf_writef_double(handle, $0.baseAddress, frames) }
            }
        }
    }

    /// Writes what is still to be written and closes the file. Nothing may be written after it.
    /// - Throws: `output.full`, `system.io`.
    public func finish() throws(Failure) {
        guard let handle else { return }
        self.handle = nil
        let closed = sf_close(handle)
        if let error = sink.error {
            descriptor.closeQuietly()
            throw Failure(error, "writing", path)
        }
        try Failure.translating("writing", path) { try descriptor.close() }
        guard closed == 0 else { throw incomplete() }
    }

    private func write(
        quantising samples: UnsafeBufferPointer<some BinaryFloatingPoint>, to bits: Int
    ) throws(Failure) {
        let scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
        if scratch.count < samples.count { scratch = [Int32](repeating: 0, count: samples.count) }
        for (i, sample) in samples.enumerated() {
            let value = (Double(sample) * scale).rounded(.toNearestOrEven)
            // A NaN fails every comparison.
            let clipped = value >= scale ? scale - 1 : value >= -scale ? value : value < -scale ? -scale : 0
            scratch[i] = Int32(clipped) << Int32(32 - bits)
        }
        try append(samples.count) { [scratch] handle, frames in
            scratch.withUnsafeBufferPointer { sf_writef_int(handle, $0.baseAddress, frames) }
        }
    }

    private func append(_ samples: Int, _ body: (OpaquePointer, Int64) -> Int64) throws(Failure) {
        guard let handle else { preconditionFailure("written to after it was finished") }
        let count = Int64(samples / format.channels)
        guard count <= capacity - frames else { throw incomplete() }
        let written = body(handle, count)
        if let error = sink.error { throw Failure(error, "writing", path) }
        guard written == count else { throw incomplete() }
        frames += count
    }

    private func incomplete() -> Failure {
        Failure(
            .systemInternal, "the encoder stopped after \(frames) frames of \(Printable(path))",
            remedy: .retry(after: nil))
    }

    private static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { ByteSink.behind($0).length },
            seek: { offset, whence, context in
                ByteSink.behind(context).seek(by: offset, from: FileDescriptor.SeekOrigin(rawValue: whence))
            },
            read: { target, count, context in
                Int64(
                    ByteSink.behind(context).read(into: UnsafeMutableRawBufferPointer(start: target, count: Int(count)))
                )
            },
            write: { bytes, count, context in
                Int64(ByteSink.behind(context).write(UnsafeRawBufferPointer(start: bytes, count: Int(count))))
            },
            tell: { ByteSink.behind($0).position }
        )
    }
}
