// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension Files {
    /// Makes a file of zeros, whatever it was, whose room on the disk is its own, so far as the file system knows such
    /// a thing. What is left of one that there was no room for is removed.
    /// - Throws: `output.full`.
    public static func reserve(_ path: FilePath, bytes: Int64, mode: UInt16) throws(Failure) {
        let file = try Failure.translating("making", path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: CModeT(mode)))
        }
        defer { file.closeQuietly() }
        let code = posix_fallocate(file.rawValue, 0, off_t(bytes))
        guard code == 0 else {
            _ = path.withPlatformString { unlink($0) }
            throw Failure(Errno(rawValue: code), "reserving room for", path)
        }
    }
}
