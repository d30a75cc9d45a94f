// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The end of what a program printed, in a file that stays small and holds no secret.
struct BoundedLog: ~Copyable {
    private let file: FileDescriptor
    private let limit: Int
    private var redaction: Redaction
    private var tail: [UInt8] = []
    private var written = 0

    /// - Parameters:
    ///   - secrets: what the program knows and might print.
    ///   - limit: bytes that are kept at least; the file may grow to twice that.
    init(_ path: FilePath, secrets: [Secret] = [], limit: Int = 64 << 10) throws(Failure) {
        self.limit = limit
        redaction = Redaction(secrets)
        file = try Failure.translating("creating", path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
        }
    }

    deinit { file.closeQuietly() }

    /// A log that cannot be written (a full disk) loses lines: the work goes on, which is worth more.
    mutating func append(_ bytes: [UInt8]) { write(redaction.pass(bytes)) }

    /// Writes what is held back: no more output comes.
    mutating func end() { write(redaction.end()) }

    private mutating func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
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
