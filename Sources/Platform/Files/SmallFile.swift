// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// A file that fits in memory.
public enum SmallFile {
    /// The content of a regular file; `nil` when nothing is there. Follows no link.
    /// - Parameter limit: bytes; what comes after them is left out.
    public static func read(_ path: FilePath, atMost limit: Int) throws(Failure) -> [UInt8]? {
        guard try FileStatus.at(path) != nil else { return nil }
        let descriptor = try Files.openRegular(path)
        defer { close(descriptor.rawValue) }
        return try read(descriptor, from: 0, atMost: limit, path)
    }

    /// The last bytes of a regular file; `nil` when nothing is there. Follows no link.
    public static func readTail(_ path: FilePath, atMost limit: Int) throws(Failure) -> [UInt8]? {
        guard try FileStatus.at(path) != nil else { return nil }
        let descriptor = try Files.openRegular(path)
        defer { close(descriptor.rawValue) }
        let size = try FileStatus.of(descriptor).identity.size
        return try read(descriptor, from: max(0, size - Int64(limit)), atMost: limit, path)
    }

    private static func read(
        _ descriptor: FileDescriptor, from offset: Int64, atMost limit: Int, _ path: FilePath
    ) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let count = bytes.withUnsafeMutableBytes { space in
                pread(descriptor.rawValue, space.baseAddress! + filled, limit - filled, off_t(offset) + off_t(filled))
            }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if Errno.current != .interrupted {
                throw Failure(.current, "reading", path)
            }
        }
        return Array(bytes.prefix(filled))
    }
}
