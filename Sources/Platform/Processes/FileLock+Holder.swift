// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension FileLock {
    /// The lock that this process inherited (``ChildProcess/Launch/lock``); `nil` when there is none. Call it once: the
    /// result closes the descriptor.
    public static func inherited() -> FileLock? {
        guard fcntl(3, F_GETFD) >= 0 else { return nil }
        // Our parent locked it. This call finds that we share the lock, and fails where another process has it.
        guard flock(3, LOCK_EX | LOCK_NB) == 0, fcntl(3, F_SETFD, FD_CLOEXEC) == 0 else { return nil }
        return FileLock(descriptor: FileDescriptor(rawValue: 3))
    }

    /// Writes the number of this process into the locked file, for ``holder(of:)``.
    public func sign() throws(Failure) {
        try unsign()
        let line = Array("\(getpid())\n".utf8)
        guard pwrite(descriptor.rawValue, line, line.count, 0) == line.count else {
            throw Failure(.current, "signing a lock")
        }
    }

    /// Removes an earlier holder's process id. Call it before the lock is passed on.
    public func unsign() throws(Failure) {
        guard ftruncate(descriptor.rawValue, 0) == 0 else { throw Failure(.current, "clearing a lock") }
    }

    /// Locks `path` as ``take(_:)`` does, also when its last holder was just killed. A child that was being started at
    /// that moment has a copy of every descriptor until its program runs. Blocks for `patience` at most.
    /// - Returns: `nil` when a living process holds it.
    public static func takeOver(_ path: FilePath, patience: Duration = .seconds(2)) throws(Failure) -> FileLock? {
        let deadline = ContinuousClock.now + patience
        while true {
            if let lock = try take(path) { return lock }
            guard let id = signature(path).flatMap(Int32.init(exactly:)), id > 1, try ProcessHandle(id) == nil,
                .now < deadline
            else { return nil }
            usleep(10_000)
        }
    }

    /// The process that last wrote its id into a lock file; `nil` when none did. It may no longer hold the lock.
    public static func signature(_ path: FilePath) -> Int? {
        try? withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
            let count = try descriptor.closeAfter { try descriptor.read(into: buffer) }
            return Int(String(decoding: buffer[..<count], as: UTF8.self).prefix { $0.isNumber })
        }
    }

    /// The process that holds the lock at `path` and wrote its id; `nil` when no process holds it, or none wrote its id
    /// yet.
    public static func holder(of path: FilePath) throws(Failure) -> ProcessHandle? {
        guard let id = signature(path).flatMap(Int32.init(exactly:)), id > 1, let process = try ProcessHandle(id) else {
            return nil
        }
        // The process id was written under the lock. If the lock is held now, its holder is alive, so it is `process`.
        return try FileLock.take(path) == nil ? process : nil
    }
}
