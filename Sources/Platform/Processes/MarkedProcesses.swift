// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import SystemPackage

/// Processes that share a variable in their environment: a program and all its descendants, in whatever group or
/// session.
public enum MarkedProcesses {
    /// Ends every process of this user that was started with `name=value` in its environment, by SIGKILL.
    ///
    /// For the descendants of a killed parent. Reads all of `/proc`.
    /// - Returns: how many there were.
    @discardableResult
    public static func end(marked name: String, _ value: String) throws(Failure) -> Int {
        let mark = Array("\(name)=\(value)".utf8)
        var ended = 0
        for entry in try DirectoryListing.entries(of: "/proc") {
            guard let id = Int32(entry.name.string), id > 1, id != getpid() else { continue }
            // Opened before the check: if the process id is reused after the check, the signal reaches no other
            // process.
            guard let process = try ProcessHandle(id), environment(of: id).contains(mark) else { continue }
            try process.send(.kill)
            ended += 1
        }
        return ended
    }

    /// Empty for a process that is gone or belongs to another user.
    private static func environment(of id: Int32) -> [[UInt8]] {
        guard let file = try? FileDescriptor.open("/proc/\(id)/environ", .readOnly, options: [.closeOnExec]) else {
            return []
        }
        defer { file.closeQuietly() }
        return ((try? file.readToEnd(atMost: 16 << 20)) ?? []).split(separator: 0).map(Array.init)
    }
}
