// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// The rights that a process gives up, for good, before it reads hostile bytes or executes a program that does.
///
/// It applies to the whole process, so enter it before a second thread exists. It stays in force after
/// ``become(_:_:)``.
public struct Sandbox: Sendable {
    /// The only places where files may be opened.
    public var places: [Place]
    /// Whether a program may be executed, which may have threads. New processes are forbidden either way.
    public var runsProgram = false
    /// Bytes; `nil`: as before.
    public var addressSpace: UInt64?
    /// Seconds.
    public var processorTime: UInt64
    /// Bytes of any one file.
    public var fileSize: UInt64
    /// The highest number of a descriptor, plus one.
    public var openFiles: UInt64 = 64

    /// A directory with all below it, or one file. No link: what stands at `path` itself.
    public struct Place: Hashable, Sendable {
        public var path: FilePath
        public var use: Use

        public init(_ path: FilePath, _ use: Use) {
            self.path = path
            self.use = use
        }
    }

    /// What may be done at a place.
    public enum Use: String, Hashable, Sendable {
        case read
        /// Files are read, made, written and removed.
        case write
        /// The same, and directories are made and removed.
        case make
        /// Files are read, and programs executed.
        case run
        /// A device is read, written and controlled (ioctl).
        case device
    }

    public init(
        places: [Place], addressSpace: UInt64?, processorTime: UInt64, fileSize: UInt64
    ) {
        self.places = places
        self.addressSpace = addressSpace
        self.processorTime = processorTime
        self.fileSize = fileSize
    }

    /// Whether this kernel can restrict a process to its places (Landlock: Linux 5.13, not switched off at boot).
    public static var confinesFiles: Bool { clinux_landlock_version() >= 1 }

    /// Enters the sandbox. From then on the process has no sockets, no new processes, no signals to others, no new
    /// privileges, no file outside the places, and nothing beyond the limits. Without Landlock, it can open every file
    /// that its user can.
    /// - Throws: when any of this cannot be enforced; the process must end then.
    public func enter() throws(Failure) {
        guard try Self.threads() == 1 else {
            throw Failure(.systemInternal, "a process with several threads cannot be confined", remedy: .stop)
        }
        var opened: [clinux_place] = []
        defer { for place in opened { close(place.descriptor) } }
        for place in places {
            opened.append(clinux_place(descriptor: try open(place.path).rawValue, use: place.use.value))
        }
        for (resource, limit) in [
            (clinux_address_space, addressSpace), (clinux_processor_seconds, processorTime),
            (clinux_file_bytes, fileSize), (clinux_open_files, openFiles), (clinux_core_bytes, 0),
        ] {
            if let limit, clinux_limit_resource(resource, limit) != 0 {
                throw Failure(.current, "limiting what a process may use")
            }
        }
        guard clinux_no_new_privileges() == 0 else { throw Failure(.current, "giving up privileges") }
        if Self.confinesFiles, clinux_landlock(opened, opened.count) != 0 {
            throw Failure(.current, "confining a process to its places")
        }
        guard clinux_seal(runsProgram ? 1 : 0) == 0 else { throw Failure(.current, "sealing a process") }
    }

    /// Executes a program in place of this process, with its environment. The sandbox applies to the program.
    /// - Parameter arguments: all of them, the program's own name first.
    /// - Throws: when the program cannot be executed; it never returns.
    public static func become(_ program: FilePath, _ arguments: [[UInt8]]) throws(Failure) -> Never {
        program.withPlatformString { path in
            withCStrings(arguments) { _ = clinux_become(path, $0) }
        }
        throw Failure(.current, "executing", program)
    }

    private func open(_ path: FilePath) throws(Failure) -> FileDescriptor {
        try Failure.translating("opening", path) {
            try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
        }
    }

    /// Of this process, now.
    static func threads() throws(Failure) -> Int { try DirectoryListing.entries(of: "/proc/self/task").count }
}

extension Sandbox.Use {
    fileprivate var value: clinux_use {
        switch self {
        case .read: clinux_read
        case .write: clinux_write
        case .make: clinux_make
        case .run: clinux_run
        case .device: clinux_device
        }
    }
}
