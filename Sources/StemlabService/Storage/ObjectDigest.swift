// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Platform

/// What a whole object is, to the last bit.
struct ObjectDigest: Hashable, Sendable {
    /// Bytes.
    var length: Int64
    /// In hexadecimal.
    var sha256: String

    /// Reads all of it, in constant memory. Blocks.
    /// - Returns: `nil` when it is not there.
    static func of(_ key: ObjectKey, in storage: any ObjectStorage) throws(Failure) -> ObjectDigest? {
        guard let reader = try storage.read(key) else { return nil }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var offset: Int64 = 0
        while true {
            let count = try reader.read(at: offset, into: buffer)
            if count == 0 { break }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
        return ObjectDigest(length: offset, sha256: Hexadecimal.text(of: hash.finalize()))
    }
}

enum Hexadecimal {
    /// Lower case, two digits a byte.
    static func text(of bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
