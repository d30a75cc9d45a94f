// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

extension FileDescriptor {
    /// Closes a descriptor and ignores the error. For files that were only read, are already synced, or are given up.
    public func closeQuietly() { try? close() }

    /// What is left to read of it, `limit` bytes at most. Asks for no size: files in /proc have none.
    func readToEnd(atMost limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let piece = try [UInt8](unsafeUninitializedCapacity: min(1 << 16, limit - bytes.count)) {
                $1 = try read(into: UnsafeMutableRawBufferPointer($0))
            }
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }
}
