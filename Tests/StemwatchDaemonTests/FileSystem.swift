// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// Changes to files as other programs make them.
enum FileSystem {
    static func link(to target: FilePath, at path: FilePath) throws {
        try check(target.withPlatformString { old in path.withPlatformString { symlink(old, $0) } })
    }

    static func rename(_ path: FilePath, to target: FilePath) throws {
        try check(path.withPlatformString { old in target.withPlatformString { Glibc.rename(old, $0) } })
    }

    static func remove(_ path: FilePath) throws { try check(path.withPlatformString { unlink($0) }) }

    static func setMode(_ mode: UInt32, of path: FilePath) throws {
        try check(path.withPlatformString { chmod($0, mode_t(mode)) })
    }

    static func setGroup(_ group: UInt32, of path: FilePath) throws {
        try check(path.withPlatformString { chown($0, uid_t.max, group) })
    }

    /// Only root may give a file to a group it is not in.
    static var isRoot: Bool { geteuid() == 0 }

    private static func check(_ result: CInt) throws { if result != 0 { throw Errno(rawValue: errno) } }
}
