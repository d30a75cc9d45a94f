// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The end of what a program printed, in a file that stays small.
struct BoundedLog: ~Copyable {
    private let file: FileDescriptor
    private let limit: Int
    private var tail: [UInt8] = []
    private var written = 0

    /// - Parameter limit: bytes that are kept at least; the file may grow to twice that.
    init(_ path: FilePath, limit: Int = 64 << 10) throws(Failure) {
        self.limit = limit
        file = try Failure.translating("creating", path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
        }
    }

    deinit { try? file.close() }

    /// A log that cannot be written (a full disk) loses lines; the work it tells of is worth more, and goes on.
    mutating func append(_ bytes: [UInt8]) {
        tail = (tail + bytes).suffix(limit)
        do {
            if written + bytes.count > 2 * limit {
                try file.resize(to: 0)
                written = 0
                try file.writeAll(toAbsoluteOffset: 0, tail)
                written = tail.count
            } else {
                try file.writeAll(toAbsoluteOffset: Int64(written), bytes)
                written += bytes.count
            }
        } catch {
            written = min(written, 2 * limit)
        }
    }
}
