// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension OpenDirectory {
    /// Makes the directory `name` with `mode` less the umask, and syncs this directory unless `durably` is false.
    /// Returns `false` when something has that name already.
    @discardableResult
    public func makeDirectory(
        _ name: FilePath.Component, mode: UInt32 = 0o777, durably: Bool = true
    ) throws(Failure) -> Bool {
        if name.withPlatformString({ mkdirat(descriptor.rawValue, $0, mode) }) == 0 {
            if durably { try sync() }
            return true
        }
        guard errno == EEXIST else { throw Self.failure(errno, "making the directory", path.appending(name)) }
        return false
    }

    /// Creates the file `name`, which must not exist, for writing; `nil`: something has that name already.
    /// The caller closes it.
    public func create(_ name: FilePath.Component, mode: UInt32 = 0o666) throws(Failure) -> FileDescriptor? {
        let opened = name.withPlatformString {
            openat(descriptor.rawValue, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(mode))
        }
        if opened >= 0 { return FileDescriptor(rawValue: opened) }
        guard errno == EEXIST else { throw Self.failure(errno, "creating", path.appending(name)) }
        return nil
    }

    /// Writes `bytes` to the file `name`, which must not exist, and syncs the file (not this directory).
    /// - Parameter preparing: called with the open file before it is synced.
    public func write(
        _ bytes: [UInt8], to name: FilePath.Component, mode: UInt32 = 0o666,
        preparing: (FileDescriptor) -> Void = { _ in }
    ) throws(Failure) {
        guard let file = try create(name, mode: mode) else {
            throw Self.failure(EEXIST, "creating", path.appending(name))
        }
        try Failure.translating("writing", path.appending(name)) {
            try file.closeAfter {
                try file.writeAll(bytes)
                preparing(file)
                try Self.sync(file: file, path.appending(name))
            }
        }
    }

    /// Makes the content of an open file durable. `path` is for the message.
    public static func sync(file: FileDescriptor, _ path: FilePath) throws(Failure) {
        if fsync(file.rawValue) != 0 { throw failure(errno, "making durable", path) }
    }

    /// Makes what was created, renamed or removed in this directory durable.
    public func sync() throws(Failure) {
        // Some network file systems have no fsync of a directory; nothing more can be done there.
        if fsync(descriptor.rawValue) != 0, errno != EINVAL, errno != EOPNOTSUPP {
            throw Self.failure(errno, "syncing", path)
        }
    }
}
