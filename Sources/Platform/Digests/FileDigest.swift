// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
package import SystemPackage

/// The SHA-256 of what is read piece by piece, in memory that does not grow with it. Blocks.
package enum FileDigest {
    /// Of a file, from its beginning to its end; its offset is neither used nor moved.
    package static func of(_ file: FileDescriptor) throws -> (bytes: Int64, digest: Digest256) {
        try of { (offset, buffer) throws in try file.read(fromAbsoluteOffset: offset, into: buffer) }
    }

    /// - Parameter read: fills the buffer from an offset on, and returns how many bytes it read; 0 at the end.
    package static func of<Problem: Error>(
        reading read: (_ offset: Int64, UnsafeMutableRawBufferPointer) throws(Problem) -> Int
    ) throws(Problem) -> (bytes: Int64, digest: Digest256) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var offset: Int64 = 0
        while true {
            let count = try read(offset, buffer)
            if count == 0 { return (offset, Digest256(bytes: Array(hash.finalize()))!) }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
    }
}
