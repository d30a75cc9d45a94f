// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// One process at a time: an exclusive flock on a file, held until this object goes. The kernel lets go of it when the
/// process ends, however it ends.
public final class FileLock: Sendable {
    /// Of the locked file: also what a child gets that is to share the lock.
    let descriptor: FileDescriptor

    init(descriptor: FileDescriptor) { self.descriptor = descriptor }
    deinit { close(descriptor.rawValue) }

    /// Unlocks now, even while this object is still referred to. Not once a child shares the lock: it would lose it
    /// too.
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
