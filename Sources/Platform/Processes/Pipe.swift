// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// A pipe whose ends no child inherits by accident.
public enum Pipe {
    /// `reader` does not block: it returns EAGAIN. The caller closes both.
    public static func open() throws(Failure) -> (reader: FileDescriptor, writer: FileDescriptor) {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { throw Failure(.current, "making a pipe") }
        return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    }

    /// What the pipe holds now, `limit` bytes at most; empty: nothing yet; `nil`: all writers are gone.
    public static func drain(_ reader: FileDescriptor, atMost limit: Int = 65_536) throws(Failure) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = buffer.withUnsafeMutableBytes { space in
            var count: Int
            repeat { count = read(reader.rawValue, space.baseAddress, space.count) } while count < 0 && errno == EINTR
            return count
        }
        if count > 0 { return Array(buffer.prefix(count)) }
        if count == 0 { return nil }
        if Errno.current == .wouldBlock { return [] }
        throw Failure(.current, "reading a program's output")
    }
}
