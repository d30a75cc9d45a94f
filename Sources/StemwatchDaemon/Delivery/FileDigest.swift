// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Crypto
import SystemPackage

/// The SHA-256 of a file's bytes.
enum FileDigest {
    /// Reads the file from its beginning to its end; its offset is neither used nor moved. Throws `Errno`.
    static func of(_ file: FileDescriptor) throws -> (bytes: Int64, digest: Digest256) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var offset: Int64 = 0
        while true {
            let count = try file.read(fromAbsoluteOffset: offset, into: buffer)
            if count == 0 { break }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
        return (offset, Digest256(bytes: Array(hash.finalize()))!)
    }
}
