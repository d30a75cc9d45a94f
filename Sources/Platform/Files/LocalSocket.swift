// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// The file of a Unix socket that another library binds.
public enum LocalSocket {
    /// The longest path one can have, from `sun_path` in unix(7), without its final zero.
    public static let longestPath = 107

    /// Removes an old socket. The caller must hold a lock that proves that no process uses it.
    /// - Throws: `system.io` when something else is there; `system.unsupported` when the path is too long, or no UTF-8.
    public static func clear(_ path: FilePath) throws(Failure) {
        guard path.length <= longestPath, FilePath(path.string) == path else {
            throw Failure(
                .systemUnsupported,
                "the socket \(Printable(path)) needs a path of at most \(longestPath) bytes of UTF-8",
                hint: "give its directory a shorter name", remedy: .stop)
        }
        var found = stat()
        guard path.withPlatformString({ lstat($0, &found) }) == 0 else {
            if errno == ENOENT { return }
            throw Failure(Errno(rawValue: errno), "looking at", path)
        }
        guard found.st_mode & S_IFMT == S_IFSOCK else {
            throw Failure(
                .systemIO, "\(Printable(path)) is there already, and is no socket", hint: "move it away", remedy: .stop)
        }
        guard path.withPlatformString(unlink) == 0 else { throw Failure(Errno(rawValue: errno), "removing", path) }
    }

    /// Lets only the owner use a bound socket.
    public static func restrict(_ path: FilePath) throws(Failure) {
        guard path.withPlatformString({ chmod($0, 0o600) }) == 0 else {
            throw Failure(Errno(rawValue: errno), "closing to others", path)
        }
    }
}
