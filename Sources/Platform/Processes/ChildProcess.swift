// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// A child of this process that has not been reaped yet, so that its process id names no other process.
///
/// swift-subprocess does not fit: its children end before the call does, in a group that it chooses. A child of this
/// kind may outlive its parent, inherits a lock, and binds its own child to itself with PR_SET_PDEATHSIG.
public struct ChildProcess: Hashable, Sendable {
    /// Its process id.
    public let id: Int32

    /// How a child ended.
    public enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// What to start, and what it inherits. It inherits nothing else: standard input is `/dev/null`, signals have their
    /// default actions, and every other descriptor is closed.
    public struct Launch: Sendable {
        /// Opened as it is: see ``ProgramSearch`` for names without a slash.
        public var program: FilePath
        /// All of them, the program's own name first. Bytes, since file names are.
        public var arguments: [[UInt8]]
        public var environment: [String: String]
        /// Its working directory; `nil`: that of this process.
        public var directory: FilePath?
        /// Its standard output and error; `nil`: `/dev/null`.
        public var output: FileDescriptor?
        /// A lock that it holds from its start as descriptor 3, together with this process until this process releases
        /// it.
        public var lock: FileLock?
        /// Gets SIGKILL when this thread ends.
        public var diesWithParent = false
        /// 0…19.
        public var niceness = 0
        /// Uses the idle I/O class: reads and writes only when no other process does.
        public var idleIO = false
        /// The most address space, in bytes; `nil`: as much as this process.
        public var addressSpace: UInt64?

        public init(program: FilePath, arguments: [[UInt8]], environment: [String: String]) {
            self.program = program
            self.arguments = arguments
            self.environment = environment
        }
    }

    /// Starts a child in a session, and so a process group, of its own. Blocks until the program is loaded.
    /// - Throws: the error of fork or of exec; after it, nothing runs.
    public static func start(_ launch: Launch) throws(Errno) -> ChildProcess {
        var directory: FileDescriptor?
        if let path = launch.directory {
            do {
                directory = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
            } catch {
                throw (error as? Errno) ?? .ioError
            }
        }
        defer { if let directory { close(directory.rawValue) } }

        let variables = launch.environment.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
        let id = launch.program.withPlatformString { program in
            withCStrings(launch.arguments) { arguments in
                withCStrings(variables) { environment in
                    var wanted = clinux_spawn()
                    wanted.program = program
                    wanted.arguments = arguments
                    wanted.environment = environment
                    wanted.directory = directory?.rawValue ?? -1
                    wanted.output = launch.output?.rawValue ?? -1
                    wanted.kept = launch.lock?.descriptor.rawValue ?? -1
                    wanted.own_session = 1
                    wanted.death_signal = launch.diesWithParent ? SIGKILL : 0
                    wanted.niceness = Int32(launch.niceness)
                    wanted.idle_io = launch.idleIO ? 1 : 0
                    wanted.address_space = launch.addressSpace ?? 0
                    return clinux_spawn(&wanted)
                }
            }
        }
        guard id > 0 else { throw .current }
        return ChildProcess(id: id)
    }

    /// How it ended; `nil` while it runs. After it ended, do not call this again: the process id may name another
    /// process.
    public func reap() -> Ending? {
        var code: Int32 = 0
        var signal: Int32 = 0
        let found = clinux_reap(id, &code, &signal)
        if found == 0 { return nil }
        // Not a child of this process (any more): all that is known is that it is gone.
        if found < 0 { return .exited(-1) }
        return signal != 0 ? .signalled(signal) : .exited(code)
    }

    /// Sends a signal to its process group. Does nothing when the group is gone.
    public func signalGroup(_ signal: ProcessSignal) { _ = kill(-id, signal.rawValue) }

    /// Makes the kernel kill it before its parent when memory runs out.
    public func offerToOutOfMemoryKiller() {
        let path = "/proc/\(id)/oom_score_adj"
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        // Where the kernel or a container forbids it, only the order of killing changes.
        _ = write(file, "500", 3)
        close(file)
    }
}

/// Passes byte strings to C as a list that ends in a null pointer.
func withCStrings<R>(
    _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { bytes in
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[bytes.count] = 0
        return copy
    }
    pointers.append(nil)
    defer { for pointer in pointers { pointer?.deallocate() } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
}
