// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// One process, a child of this one or not. Unlike a process id, a handle never refers to another process later.
public final class ProcessHandle: Sendable {
    /// Readable once the process has ended. Closed with this object.
    public let ended: FileDescriptor

    /// - Returns: `nil` when no process has this number.
    public init?(_ id: Int32) throws(Failure) {
        let raw = clinux_pidfd_open(id)
        guard raw >= 0 else {
            if Errno.current == .noSuchProcess { return nil }
            throw Failure(.current, "watching process \(id)")
        }
        ended = FileDescriptor(rawValue: raw)
    }

    deinit { close(ended.rawValue) }

    /// Sends it a signal. Does nothing when it has ended.
    public func send(_ signal: ProcessSignal) throws(Failure) {
        guard clinux_pidfd_signal(ended.rawValue, signal.rawValue) != 0, Errno.current != .noSuchProcess else {
            return
        }
        throw Failure(.current, "signalling a process")
    }

    /// Blocks until it has ended, `limit` at most.
    /// - Returns: whether it has.
    public func waitForEnd(atMost limit: Duration) throws(Failure) -> Bool {
        try Readiness.wait(for: [ended], until: .now + limit)[0]
    }
}
