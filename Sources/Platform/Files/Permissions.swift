// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// Group, mode and times of an open file or directory.
public enum Permissions {
    /// The number of a group given by name or number; `nil`: the system knows no such group.
    public static func group(_ nameOrNumber: String) -> UInt32? {
        if let number = UInt32(nameOrNumber) { return number }
        // ERANGE asks for a larger buffer: groups may have thousands of members.
        var room = 1024
        while room <= 1 << 22 {
            var found = group_entry()
            var result: UnsafeMutablePointer<group_entry>?
            let code = withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) {
                getgrnam_r(nameOrNumber, &found, $0.baseAddress!, $0.count, &result)
            }
            if code != ERANGE { return result == nil ? nil : found.gr_gid }
            room *= 4
        }
        return nil
    }

    /// Changes the group to `id`, if it is another. Returns the error, for a warning.
    public static func setGroup(_ id: UInt32, of descriptor: FileDescriptor) -> Errno? {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { return Errno(rawValue: errno) }
        if status.st_gid == id { return nil }
        return fchown(descriptor.rawValue, uid_t.max, id) == 0 ? nil : Errno(rawValue: errno)
    }

    /// Changes the owner of a file or directory, which only root may do. Follows no link.
    public static func setOwner(_ user: UInt32, _ group: UInt32, of path: FilePath) throws(Failure) {
        guard path.withPlatformString({ lchown($0, user, group) }) == 0 else {
            throw Failure(.current, "giving away", path)
        }
    }

    /// Sets the permission bits and keeps set-group-ID on a directory, so that new files in it inherit the group.
    /// Returns the error, for a warning.
    public static func setMode(_ mode: UInt32, of descriptor: FileDescriptor) -> Errno? {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { return Errno(rawValue: errno) }
        let kept = status.st_mode & S_IFMT == S_IFDIR ? status.st_mode & S_ISGID : 0
        return fchmod(descriptor.rawValue, mode & 0o777 | kept) == 0 ? nil : Errno(rawValue: errno)
    }

    /// Gives `copy` the permission bits and the modification time of `original`. Returns the error, if there is one.
    public static func take(from original: FileDescriptor, to copy: FileDescriptor) -> Errno? {
        var status = stat()
        guard fstat(original.rawValue, &status) == 0, fchmod(copy.rawValue, status.st_mode & 0o777) == 0 else {
            return Errno(rawValue: errno)
        }
        let times = [status.st_atim, status.st_mtim]
        return futimens(copy.rawValue, times) == 0 ? nil : Errno(rawValue: errno)
    }
}

// The struct of C and the function above share a name.
private typealias group_entry = Glibc.group
