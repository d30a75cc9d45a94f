// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Platform
import SystemPackage

/// The bytes of one open file, as decoders ask for them: buffered, at any offset, with the first read error kept.
///
/// Decoders get their bytes here and never open a file themselves. So nothing can make them follow a link or wait on a
/// FIFO, a path may have any length and any bytes, and a failing disk is distinguished from a broken file. With
/// `hashing`, the bytes are hashed as they pass in order, so that a file is read once.
final class ByteSource {
    /// The file's size when it was opened; later growth is not seen.
    let length: Int64
    /// Where the next read starts.
    private(set) var position: Int64 = 0
    /// The first error a read met. Everything decoded after it is worthless.
    private(set) var error: Errno?

    /// Bytes that decoders read instead of those in the file. The digest is of the file's own bytes.
    var overlay: Overlay?

    struct Overlay: Hashable, Sendable {
        let offset: Int64
        let bytes: [UInt8]
    }

    private let descriptor: FileDescriptor
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var bufferStart: Int64 = 0
    private var buffered = 0
    private var hasher: SHA256?
    /// Everything before this offset is hashed.
    private var hashed: Int64 = 0

    /// - Parameter descriptor: of a regular file, open for reading; stays the caller's to close. Its own offset is
    ///   neither used nor moved.
    init(_ descriptor: FileDescriptor, length: Int64, hashing: Bool = false) {
        self.descriptor = descriptor
        self.length = length
        hasher = hashing ? SHA256() : nil
    }

    deinit { buffer.deallocate() }

    /// Fills `target` from ``position`` on, as far as there are bytes.
    /// - Returns: the bytes read; fewer than asked at the end of the file, or when ``error`` is set.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        var done = 0
        while done < target.count {
            if position < bufferStart || position >= bufferStart + Int64(buffered) {
                guard fill() else { break }
            }
            let offset = Int(position - bufferStart)
            let count = min(buffered - offset, target.count - done)
            target.baseAddress!.advanced(by: done).copyMemory(
                from: buffer.baseAddress!.advanced(by: offset), byteCount: count)
            done += count
            position += Int64(count)
        }
        if let overlay { lay(overlay, on: UnsafeMutableRawBufferPointer(rebasing: target[..<done])) }
        return done
    }

    /// - Parameter read: what was read, up to ``position``.
    private func lay(_ overlay: Overlay, on read: UnsafeMutableRawBufferPointer) {
        let start = position - Int64(read.count)
        for (index, byte) in overlay.bytes.enumerated() {
            let place = overlay.offset + Int64(index) - start
            if read.indices.contains(Int(clamping: place)) { read[Int(place)] = byte }
        }
    }

    /// Up to `count` bytes at `offset`, without moving ``position``. Fewer at the end of the file, or when ``error``
    /// is set.
    func bytes(at offset: Int64, count: Int) -> [UInt8] {
        let before = position
        defer { position = before }
        position = max(0, offset)
        return [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            filled = read(into: UnsafeMutableRawBufferPointer(target))
        }
    }

    /// Moves ``position``; a place before the start or one that overflows is refused with -1, as `lseek` does.
    func seek(by offset: Int64, from origin: FileDescriptor.SeekOrigin) -> Int64 {
        let base: Int64 = origin == .start ? 0 : origin == .end ? length : position
        let (target, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, target >= 0 else { return -1 }
        position = target
        return target
    }

    /// The SHA-256 of the whole file; also reads the parts that no decoder read. `nil` when ``error`` is set.
    func digest() -> Digest256? {
        precondition(hasher != nil, "this source was not asked to hash")
        while hashed < length {
            position = hashed
            guard fill() else { break }
        }
        guard error == nil, hashed == length, let digest = hasher?.finalize() else { return nil }
        return Digest256(bytes: Array(digest))
    }

    /// Loads the buffer from `position` on. False at the end of the file or on an error.
    private func fill() -> Bool {
        guard error == nil, position < length else { return false }
        let wanted = Int(min(Int64(buffer.count), length - position))
        var count = 0
        while count < wanted {
            do {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count..<wanted])
                let read = try descriptor.read(fromAbsoluteOffset: position + Int64(count), into: rest)
                if read == 0 { break }
                count += read
            } catch {
                self.error = error as? Errno ?? .ioError
                buffered = 0
                return false
            }
        }
        bufferStart = position
        buffered = count
        hash()
        return count > 0
    }

    private func hash() {
        let end = bufferStart + Int64(buffered)
        guard hasher != nil, bufferStart <= hashed, hashed < end else { return }
        hasher?.update(
            bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[Int(hashed - bufferStart)..<buffered]))
        hashed = end
    }

    /// The object whose address a C library holds.
    static func behind(_ context: UnsafeMutableRawPointer?) -> ByteSource {
        Unmanaged.fromOpaque(context!).takeUnretainedValue()
    }
}
