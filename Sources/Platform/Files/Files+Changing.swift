// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension Files {
    /// rename(2): moves `source` to `target`, replacing what was there. Not durable before
    /// ``DurableFiles/sync(directory:)``.
    public static func replace(_ target: FilePath, by source: FilePath) throws(Failure) {
        let result = source.withPlatformString { from in target.withPlatformString { rename(from, $0) } }
        guard result == 0 else { throw Failure(.current, "moving \(Printable(source)) to", target) }
    }

    /// Makes a directory that only this user can read, for files that a power cut may lose. The parent must exist, the
    /// directory must not.
    public static func makeScratchDirectory(_ path: FilePath) throws(Failure) {
        guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 else {
            throw Failure(.current, "making the directory", path)
        }
    }

    /// Removes an empty directory. Does nothing when it is not empty or does not exist.
    public static func removeDirectoryIfEmpty(_ path: FilePath) throws(Failure) {
        guard path.withPlatformString({ rmdir($0) }) != 0 else { return }
        switch Errno.current {
        case .directoryNotEmpty, .fileExists, .noSuchFileOrDirectory: return
        case let error: throw Failure(error, "removing", path)
        }
    }

    /// Gives a file a second name, on the same file system.
    /// - Returns: `false` where that cannot be: another file system, or one without links.
    /// - Throws: when `target` exists, and for any other error.
    public static func link(_ source: FilePath, to target: FilePath) throws(Failure) -> Bool {
        let result = source.withPlatformString { source in target.withPlatformString { Glibc.link(source, $0) } }
        if result == 0 { return true }
        switch Errno.current {
        case .improperLink, .notPermitted, .notSupported, .noFunction, .tooManyLinks: return false
        case let error: throw Failure(error, "linking \(Printable(source)) to", target)
        }
    }

    /// Makes a file of zeros whose space on the disk is reserved, as far as the file system supports that. Replaces
    /// what was there. Removes the file when there was no room for it.
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
