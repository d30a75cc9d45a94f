// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Files and directories that only the service's user may open.
enum PrivateFile {
    /// Makes an empty file with mode 0600, unless something is there. Blocks on the disk.
    static func make(_ path: FilePath) throws(Failure) {
        try Failure.translating("making", path) {
            let descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
            try descriptor.close()
        }
    }

    /// Makes a directory with mode 0700, with those above it, unless it is there. Blocks on the disk.
    static func makeDirectory(_ path: FilePath) throws(Failure) {
        _ = try DurableFiles.makeDirectories(path, mode: 0o700)
    }
}
