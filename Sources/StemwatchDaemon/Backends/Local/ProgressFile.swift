// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// How far a program is, as five digits in a file: ten-thousandths, written over in place. A reader gets the old or the
/// new value, and both will do.
struct ProgressFile: ~Copyable {
    private let file: FileDescriptor
    private var shown: Int?

    init(_ path: FilePath) throws(Failure) {
        file = try Failure.translating("creating", path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
        }
    }

    deinit { file.closeQuietly() }

    /// - Parameter fraction: 0…1.
    mutating func show(_ fraction: Double) {
        let value = Int(fraction * 10_000)
        guard value != shown else { return }
        shown = value
        let digits = String(value + 100_000).utf8.suffix(5)
        // On a full disk only the shown progress stays behind.
        _ = try? file.writeAll(toAbsoluteOffset: 0, digits)
    }

    /// What ``show(_:)`` left in the file at `path`; `nil` before the first.
    static func read(_ path: FilePath) throws(Failure) -> Double? {
        guard let bytes = try SmallFile.read(path, atMost: 5), bytes.count == 5 else { return nil }
        return Int(String(decoding: bytes, as: UTF8.self)).map { Double($0) / 10_000 }
    }
}
