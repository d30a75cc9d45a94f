// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// What a directory entry is.
public enum FileKind: Hashable, Sendable {
    case regular, directory, symlink
    /// A FIFO, a socket, a device: nothing that is ever opened here.
    case other
}

/// What the kernel knows about a file without opening it.
public struct FileStatus: Hashable, Sendable {
    public var kind: FileKind
    public var identity: FileIdentity
    /// Names the file has; more than one after `ln`.
    public var links: UInt64
    /// The twelve permission bits.
    public var mode: UInt16
    public var uid: UInt32
    public var gid: UInt32

    /// Of what stands at `path` itself, never of what a link there points to.
    /// - Returns: `nil` when nothing is there.
    /// - Throws: when it cannot be determined whether something is there.
    public static func at(_ path: FilePath) throws(Failure) -> FileStatus? {
        try look(path.withPlatformString { look($0, in: AT_FDCWD) }, path: path)
    }

    /// fstatat(2) without following links.
    static func look(_ name: UnsafePointer<CChar>, in directory: Int32) -> Result<FileStatus, Errno> {
        var found = stat()
        return fstatat(directory, name, &found, AT_SYMLINK_NOFOLLOW) == 0
            ? .success(FileStatus(found)) : .failure(.current)
    }

    static func look(_ outcome: Result<FileStatus, Errno>, path: @autoclosure () -> FilePath) throws(Failure)
        -> FileStatus?
    {
        switch outcome {
        case .success(let status): return status
        // A component that is a file and no directory: nothing can stand below it.
        case .failure(.noSuchFileOrDirectory), .failure(.notDirectory): return nil
        case .failure(let error): throw Failure(error, "looking at", path())
        }
    }

    /// Of an open file.
    public static func of(_ descriptor: FileDescriptor) throws(Failure) -> FileStatus {
        var found = stat()
        guard fstat(descriptor.rawValue, &found) == 0 else { throw Failure(.current, "looking at an open file") }
        return FileStatus(found)
    }

    private init(_ found: stat) {
        switch found.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .symlink
        default: kind = .other
        }
        identity = FileIdentity(
            device: UInt64(found.st_dev), inode: UInt64(found.st_ino), size: Int64(found.st_size),
            modified: Self.nanoseconds(found.st_mtim), changed: Self.nanoseconds(found.st_ctim))
        links = UInt64(found.st_nlink)
        mode = UInt16(found.st_mode & 0o7777)
        uid = found.st_uid
        gid = found.st_gid
    }

    /// Wraps for years after 2262, which a file's time may have: two different times stay different.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

extension FileIdentity {
    /// Of an open file.
    public init(of descriptor: FileDescriptor) throws(Failure) { self = try FileStatus.of(descriptor).identity }

    /// Of what stands at `path` itself, never of what a link there points to; `nil` when nothing is there.
    public static func at(_ path: FilePath) throws(Failure) -> FileIdentity? { try FileStatus.at(path)?.identity }
}

extension Errno {
    /// The calling thread's `errno`.
    static var current: Errno { Errno(rawValue: errno) }
}
