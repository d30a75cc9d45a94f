// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

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
        let (length, digest) = try FileDigest.of { (offset, buffer) throws(Failure) in
            try reader.read(at: offset, into: buffer)
        }
        return ObjectDigest(length: length, sha256: digest.hex)
    }
}
