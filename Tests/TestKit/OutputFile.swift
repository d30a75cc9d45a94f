// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// A nameless file for the output of a program. Unlike a pipe, it need not be read meanwhile, and no child that
/// outlives the program keeps the test waiting.
final class OutputFile: Sendable {
    let descriptor: FileDescriptor

    init() throws {
        let directory = TemporaryDirectory()
        descriptor = try FileDescriptor.open(
            directory("output"), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: .ownerReadWrite)
    }

    deinit { try? descriptor.close() }

    /// Everything written so far.
    func text() throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try buffer.withUnsafeMutableBytes {
                try descriptor.read(fromAbsoluteOffset: Int64(bytes.count), into: $0)
            }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
