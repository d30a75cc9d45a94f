// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

extension OpenDirectory {
    /// How a ``rename(_:to:as:)`` ended.
    public enum Renaming: Hashable, Sendable { case done, taken, otherFileSystem }

    /// Renames `name` to `target` in `other`, never replacing anything. Syncs neither directory.
    ///
    /// Where the file system cannot do that, the code checks first and then renames. In between, only an empty
    /// directory could be lost, or a file that another program made in that instant.
    public func rename(
        _ name: FilePath.Component, to other: borrowing OpenDirectory, as target: FilePath.Component
    ) throws(Failure) -> Renaming {
        let (from, to) = (descriptor.rawValue, other.descriptor.rawValue)
        var code = name.withPlatformString { old in
            target.withPlatformString { new in clinux_rename_noreplace(from, old, to, new) == 0 ? 0 : errno }
        }
        if code == EINVAL || code == ENOSYS || code == EOPNOTSUPP {
            if try other.has(target) { return .taken }
            code = name.withPlatformString { old in
                target.withPlatformString { new in renameat(from, old, to, new) == 0 ? 0 : errno }
            }
        }
        switch code {
        case 0: return .done
        case EEXIST, ENOTEMPTY: return .taken
        case EXDEV: return .otherFileSystem
        default: throw Self.failure(code, "renaming", path.appending(name))
        }
    }

    /// Links the file at `file`, on the same file system, to `name` here; where the file system has no hard links,
    /// moves it. Nothing may have the name. Syncs nothing.
    public func adopt(_ file: FilePath, as name: FilePath.Component) throws(Failure) {
        var code = file.withPlatformString { old in
            name.withPlatformString { new in linkat(AT_FDCWD, old, descriptor.rawValue, new, 0) == 0 ? 0 : errno }
        }
        // The errors of file systems without links (link(2), exFAT, CIFS, FUSE). A protected file gives EPERM too.
        if [EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EINVAL].contains(code) {
            if try has(name) { throw Self.failure(EEXIST, "creating", path.appending(name)) }
            code = file.withPlatformString { old in
                name.withPlatformString { new in renameat(AT_FDCWD, old, descriptor.rawValue, new) == 0 ? 0 : errno }
            }
        }
        if code != 0 { throw Self.failure(code, "moving \(Printable(file)) to", path.appending(name)) }
    }

    /// Renames the file `name` to `target` in `other`, replacing what had that name. Syncs neither directory.
    public func renameReplacing(
        _ name: FilePath.Component, to other: borrowing OpenDirectory, as target: FilePath.Component
    ) throws(Failure) {
        let (from, to) = (descriptor.rawValue, other.descriptor.rawValue)
        let code = name.withPlatformString { old in
            target.withPlatformString { new in renameat(from, old, to, new) == 0 ? 0 : errno }
        }
        if code != 0 { throw Self.failure(code, "renaming", path.appending(name)) }
    }

    /// Removes the file or link `name`, if it exists. Does not sync.
    public func remove(_ name: FilePath.Component) throws(Failure) {
        if name.withPlatformString({ unlinkat(descriptor.rawValue, $0, 0) }) != 0, errno != ENOENT {
            throw Self.failure(errno, "removing", path.appending(name))
        }
    }

    /// Removes the directory `name` if it is empty. `false`: it holds something, or is no directory.
    @discardableResult
    public func removeEmptyDirectory(_ name: FilePath.Component) throws(Failure) -> Bool {
        if name.withPlatformString({ unlinkat(descriptor.rawValue, $0, AT_REMOVEDIR) }) == 0 { return true }
        switch errno {
        case ENOENT: return true
        case ENOTEMPTY, EEXIST, ENOTDIR: return false
        case let code: throw Self.failure(code, "removing", path.appending(name))
        }
    }

    /// Removes `name` and everything below it. Follows no link. Does nothing when it does not exist.
    public func removeTree(_ name: FilePath.Component) throws(Failure) {
        if name.withPlatformString({ unlinkat(descriptor.rawValue, $0, 0) }) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw Self.failure(errno, "removing", path.appending(name)) }
        guard let inner = try directory(name) else { return }
        for entry in try inner.names() { try inner.removeTree(entry) }
        try removeEmptyDirectory(name)
    }
}
