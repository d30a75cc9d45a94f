// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import SystemPackage

/// Processes that share a mark in their environment: a program and all it started, wherever they moved since.
public enum MarkedProcesses {
    /// Ends every process of this user that was started with `name=value` in its environment, by SIGKILL.
    ///
    /// For what a parent that was killed left behind. Looks through all of `/proc`.
    /// - Returns: how many there were.
    @discardableResult
    public static func end(marked name: String, _ value: String) throws(Failure) -> Int {
        let mark = Array("\(name)=\(value)".utf8)
        var ended = 0
        for entry in try DirectoryListing.entries(of: "/proc") {
            guard let id = Int32(entry.name.string), id > 1, id != getpid() else { continue }
            // Taken first: were the number to change its owner after the look, the signal would reach no other process.
            guard let process = try ProcessHandle(id), environment(of: id).contains(mark) else { continue }
            try process.send(.kill)
            ended += 1
        }
        return ended
    }

    /// Empty for a process that is gone, or of another user: neither is one of ours.
    private static func environment(of id: Int32) -> [[UInt8]] {
        let file = open("/proc/\(id)/environ", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count <= 0 { return bytes.split(separator: 0).map(Array.init) }
            bytes += buffer.prefix(count)
        }
    }
}
