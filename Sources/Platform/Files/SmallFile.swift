// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// A file that fits in memory.
public enum SmallFile {
    /// The content of a regular file; `nil` when nothing is there. Follows no link.
    /// - Parameter limit: bytes; what comes after them is left out.
    public static func read(_ path: FilePath, atMost limit: Int) throws(Failure) -> [UInt8]? {
        try read(path, atMost: limit) { _ in 0 }
    }

    /// The last bytes of a regular file; `nil` when nothing is there. Follows no link.
    public static func readTail(_ path: FilePath, atMost limit: Int) throws(Failure) -> [UInt8]? {
        try read(path, atMost: limit) { size in max(0, size - Int64(limit)) }
    }

    private static func read(
        _ path: FilePath, atMost limit: Int, from start: (_ size: Int64) -> Int64
    ) throws(Failure) -> [UInt8]? {
        guard try FileStatus.at(path) != nil else { return nil }
        let descriptor = try Files.openRegular(path)
        defer { descriptor.closeQuietly() }
        let size = try FileStatus.of(descriptor).identity.size
        return try Failure.translating("reading", path) {
            try descriptor.seek(offset: start(size), from: .start)
            return try descriptor.readToEnd(atMost: limit)
        }
    }
}
