// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// What a process gives up, for good, before it reads bytes that somebody hostile may have made.
///
/// Everything is for the whole process, so it must be entered before there is a second thread.
public struct Sandbox: Sendable {
    /// The only directory that files are read in.
    public var readable: FilePath
    /// The only directory that files are made, written and removed in.
    public var writable: FilePath
    /// Bytes.
    public var addressSpace: UInt64
    /// Seconds.
    public var processorTime: UInt64
    /// Bytes of any one file.
    public var fileSize: UInt64
    /// The highest number of a descriptor, plus one.
    public var openFiles: UInt64 = 64

    public init(
        readable: FilePath, writable: FilePath, addressSpace: UInt64, processorTime: UInt64, fileSize: UInt64
    ) {
        self.readable = readable
        self.writable = writable
        self.addressSpace = addressSpace
        self.processorTime = processorTime
        self.fileSize = fileSize
    }

    /// Whether this kernel can keep a process to its directories (Landlock: Linux 5.13, and not switched off at boot).
    public static var confinesFiles: Bool { clinux_landlock_version() >= 1 }

    /// Enters it. From then on: no sockets, no new processes, no signals to others, no privileges to gain, no file beyond the
    /// two directories, nothing beyond the limits. Without Landlock, files stay open to it as to its user.
    /// - Throws: when any of this cannot be had; the process must end then.
    public func enter() throws(Failure) {
        guard try Self.threads() == 1 else {
            throw Failure(.systemInternal, "a process with several threads cannot be confined", remedy: .stop)
        }
        let read = try open(readable)
        defer { close(read.rawValue) }
        let write = try open(writable)
        defer { close(write.rawValue) }
        for (resource, limit) in [
            (clinux_address_space, addressSpace), (clinux_processor_seconds, processorTime),
            (clinux_file_bytes, fileSize), (clinux_open_files, openFiles), (clinux_core_bytes, 0),
        ] where clinux_limit_resource(resource, limit) != 0 {
            throw Failure(.current, "limiting what a process may use")
        }
        guard clinux_no_new_privileges() == 0 else { throw Failure(.current, "giving up privileges") }
        if Self.confinesFiles, clinux_landlock(read.rawValue, write.rawValue) != 0 {
            throw Failure(.current, "confining a process to its directory")
        }
        guard clinux_seal() == 0 else { throw Failure(.current, "sealing a process") }
    }

    private func open(_ path: FilePath) throws(Failure) -> FileDescriptor {
        try Failure.translating("opening", path) {
            try FileDescriptor.open(path, .readOnly, options: [.directory, .noFollow, .closeOnExec])
        }
    }

    /// Of this process, now.
    static func threads() throws(Failure) -> Int { try DirectoryListing.entries(of: "/proc/self/task").count }
}
