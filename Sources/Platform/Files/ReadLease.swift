// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
public import SystemPackage

/// Asks the kernel whether a process is writing a file, by taking a read lease on it for a moment.
public enum ReadLease {
    /// Whether a local process (a Samba server included) has the file open for writing or mapped writable.
    ///
    /// A lease sees neither a writer that closes and opens again nor one on another machine.
    /// - Parameter descriptor: of a regular file, open for reading only.
    /// - Returns: `nil` when it is not known: a lease needs the file's owner or CAP_LEASE, and a file system with
    ///   leases.
    public static func isBeingWritten(_ descriptor: FileDescriptor) -> Bool? {
        if clinux_take_read_lease(descriptor.rawValue) == 0 {
            // A process that opens the file for writing in between waits until the lease is dropped.
            _ = clinux_drop_lease(descriptor.rawValue)
            return false
        }
        return Errno.current == .resourceTemporarilyUnavailable ? true : nil
    }
}
