// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension Files {
    /// rename(2): `source` stands at `target` then, in place of what was there. Not durable before
    /// ``DurableFiles/sync(directory:)``.
    public static func replace(_ target: FilePath, by source: FilePath) throws(Failure) {
        let result = source.withPlatformString { from in target.withPlatformString { rename(from, $0) } }
        guard result == 0 else { throw Failure(.current, "moving \(Printable(source)) to", target) }
    }

    /// Makes a directory that only this user reads, for what may be lost in a power cut. Its parent is there, and it is
    /// not.
    public static func makeScratchDirectory(_ path: FilePath) throws(Failure) {
        guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 else {
            throw Failure(.current, "making the directory", path)
        }
    }

    /// Removes a directory that holds nothing any more. One that does, or that is not there, is left.
    public static func removeDirectoryIfEmpty(_ path: FilePath) throws(Failure) {
        guard path.withPlatformString({ rmdir($0) }) != 0 else { return }
        switch Errno.current {
        case .directoryNotEmpty, .fileExists, .noSuchFileOrDirectory: return
        case let error: throw Failure(error, "removing", path)
        }
    }
}
