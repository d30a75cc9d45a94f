// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension FileLock {
    /// Writes this process's number into a lock file, for processes that find it locked. Call it while holding the
    /// lock.
    public static func sign(_ path: FilePath) throws(Failure) {
        try Failure.translating("writing", path) {
            let descriptor = try FileDescriptor.open(path, .writeOnly, options: [.truncate, .noFollow, .closeOnExec])
            try descriptor.closeAfter { _ = try descriptor.writeAll("\(getpid())\n".utf8) }
        }
    }

    /// The process that signed a lock file last; `nil` when none did. Who holds the lock is the kernel's to say, not
    /// this.
    public static func signature(_ path: FilePath) -> Int? {
        try? withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
            let count = try descriptor.closeAfter { try descriptor.read(into: buffer) }
            return Int(String(decoding: buffer[..<count], as: UTF8.self).prefix { $0.isNumber })
        }
    }
}
