// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// A signal one process sends another.
public struct ProcessSignal: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// SIGTERM.
    public static let terminate = Self(rawValue: SIGTERM)
    /// SIGKILL.
    public static let kill = Self(rawValue: SIGKILL)
}

/// SIGTERM, SIGINT and SIGHUP of this process, as a descriptor to wait on.
public enum Termination {
    /// From now on those signals no longer end this process; they make the returned descriptor readable. Call it once;
    /// the descriptor is never closed.
    public static func caught() throws(Failure) -> FileDescriptor {
        let descriptor = clinux_eventfd()
        guard descriptor >= 0 else { throw Failure(.current, "making an eventfd") }
        guard clinux_catch_termination(descriptor) == 0 else { throw Failure(.current, "catching signals") }
        return FileDescriptor(rawValue: descriptor)
    }
}
