// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// Damages a file on purpose, as a transfer may.
extension FilePath {
    /// Cuts the file to its first `count` bytes, or lengthens it with a hole.
    public func truncate(to count: Int64) {
        precondition(
            withPlatformString { Glibc.truncate($0, off_t(count)) } == 0, "truncate failed with errno \(errno)")
    }

    /// Cuts `count` bytes off the end.
    public func cut(_ count: Int) throws { truncate(to: try Int64(bytes().count - count)) }

    /// Writes `bytes` over what stands at `offset`.
    public func patch(at offset: Int, _ bytes: [UInt8]) throws {
        var all = try self.bytes()
        all.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        try write(all)
    }

    /// Adds `bytes` at the end.
    public func append(_ bytes: [UInt8]) throws { try write(self.bytes() + bytes) }

    /// Puts `bytes` in front.
    public func prepend(_ bytes: [UInt8]) throws { try write(bytes + self.bytes()) }

    /// Where `text` first stands in the file, such as a chunk's name.
    public func offset(of text: String) throws -> Int {
        let all = try bytes()
        let wanted = Array(text.utf8)
        let found = all.indices.first { all[$0...].starts(with: wanted) }
        return found ?? -1
    }
}

extension Array<UInt8> {
    /// A number's bytes, as headers hold them.
    public init(littleEndian number: some FixedWidthInteger) {
        self = Swift.withUnsafeBytes(of: number.littleEndian) { .init($0) }
    }

    /// A number's bytes, as headers hold them.
    public init(bigEndian number: some FixedWidthInteger) {
        self = Swift.withUnsafeBytes(of: number.bigEndian) { .init($0) }
    }
}
