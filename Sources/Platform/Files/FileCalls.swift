// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// The three calls by which durable files reach the disk. Tests replace them, to simulate a disk that is full, fails or
/// loses power.
public struct FileCalls: Sendable {
    /// write(2) at the file's end: how many bytes were taken, which may be fewer than given.
    public var write: @Sendable (FileDescriptor, UnsafeRawBufferPointer) -> Result<Int, Errno>
    /// fdatasync(2); `nil`: all that was written is on the disk.
    public var sync: @Sendable (FileDescriptor) -> Errno?
    /// rename(2); `nil`: done.
    public var rename: @Sendable (_ from: FilePath, _ to: FilePath) -> Errno?

    public init(
        write: @escaping @Sendable (FileDescriptor, UnsafeRawBufferPointer) -> Result<Int, Errno>,
        sync: @escaping @Sendable (FileDescriptor) -> Errno?,
        rename: @escaping @Sendable (_ from: FilePath, _ to: FilePath) -> Errno?
    ) {
        self.write = write
        self.sync = sync
        self.rename = rename
    }

    /// The kernel's.
    public static let live = FileCalls { descriptor, bytes in
        let count = Glibc.write(descriptor.rawValue, bytes.baseAddress, bytes.count)
        return count >= 0 ? .success(count) : .failure(.current)
    } sync: { descriptor in
        while fdatasync(descriptor.rawValue) != 0 {
            // A signal came before anything was written back: not the failed sync that must not be repeated.
            if Errno.current != .interrupted { return .current }
        }
        return nil
    } rename: { from, to in
        let result = from.withPlatformString { from in to.withPlatformString { Glibc.rename(from, $0) } }
        return result == 0 ? nil : .current
    }
}
