// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// A directory on another file system than ``TemporaryDirectory``'s, removed when the test releases it.
public final class SharedMemory: Sendable {
    public let path: FilePath

    /// Whether `/dev/shm` is there, and another file system.
    public static var isApart: Bool {
        var (here, there) = (stat(), stat())
        let directory = TemporaryDirectory()
        guard directory.path.withPlatformString({ stat($0, &here) }) == 0, stat("/dev/shm", &there) == 0 else {
            return false
        }
        return here.st_dev != there.st_dev && access("/dev/shm", W_OK) == 0
    }

    public init() throws {
        var template = "/dev/shm/stemwatch-test-XXXXXX".utf8CString
        path = try template.withUnsafeMutableBufferPointer { buffer in
            guard mkdtemp(buffer.baseAddress!) != nil else { throw Errno(rawValue: errno) }
            return FilePath(platformString: buffer.baseAddress!)
        }
    }

    deinit { _ = path.withPlatformString(clinux_remove_tree) }
}
