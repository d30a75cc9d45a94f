// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// An exclusive flock on a file, held by one process at a time until this object is released. The kernel releases it
/// when the process ends, however it ends.
public final class FileLock: Sendable {
    /// The locked file. A child that shares the lock inherits this descriptor.
    let descriptor: FileDescriptor

    init(descriptor: FileDescriptor) { self.descriptor = descriptor }
    deinit { close(descriptor.rawValue) }

    /// Unlocks now, even while this object is still referred to. Must not be called once a child shares the lock: the
    /// child would lose it too.
    public func release() { _ = clinux_unlock(descriptor.rawValue) }

    /// Locks the file at `path`, which is made (mode 0600) if it is not there, and stays.
    /// - Returns: `nil` when another process holds it.
    public static func take(_ path: FilePath) throws(Failure) -> FileLock? {
        let descriptor = try Failure.translating("opening the lock", path) {
            try FileDescriptor.open(
                path, .readWrite, options: [.create, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
        }
        if clinux_lock_exclusive(descriptor.rawValue) == 0 { return FileLock(descriptor: descriptor) }
        let error = Errno.current
        close(descriptor.rawValue)
        if error == .wouldBlock { return nil }
        throw Failure(error, "locking", path)
    }
}
