// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The target of an encoder: one file, written at any offset, with the first write error kept.
final class ByteSink {
    private(set) var position: Int64 = 0
    private(set) var length: Int64 = 0
    /// The first error of a write. The file is not usable from then on.
    private(set) var error: Errno?
    private let descriptor: FileDescriptor

    /// - Parameter descriptor: of an empty file, open for writing and reading; stays the caller's to close.
    init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    /// Writes all of `bytes` at ``position``, or sets ``error``.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard error == nil else { return 0 }
        do {
            try descriptor.writeAll(toAbsoluteOffset: position, bytes)
        } catch {
            self.error = error as? Errno ?? .ioError
            return 0
        }
        position += Int64(bytes.count)
        length = max(length, position)
        return bytes.count
    }

    /// libFLAC reads nothing back, but libsndfile may ask for what it wrote.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        guard error == nil else { return 0 }
        do {
            let count = try descriptor.read(fromAbsoluteOffset: position, into: target)
            position += Int64(count)
            return count
        } catch {
            self.error = error as? Errno ?? .ioError
            return 0
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

    /// The object whose address a C library holds.
    static func behind(_ context: UnsafeMutableRawPointer?) -> ByteSink {
        Unmanaged.fromOpaque(context!).takeUnretainedValue()
    }
}
