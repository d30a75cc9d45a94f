// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// A file of nothing beside the database, thrown out when the disk is full.
struct DiskReserve: Sendable {
    let path: FilePath
    private let bytes: Int64

    /// - Parameter bytes: enough for some thousand decisions.
    init(beside database: FilePath, bytes: Int64) {
        // The name that it has had on disks from the beginning.
        path = FilePath(database.string + "-ballast")
        self.bytes = bytes
    }

    /// How many times its own size has to be free before it is made.
    private static let plenty: UInt64 = 8

    /// Makes it if it is not there and there is plenty of room. Blocks.
    /// - Returns: whether it is there.
    func keep() throws(Failure) -> Bool {
        if try FileStatus.at(path)?.identity.size == bytes { return true }
        let room = try FileSystemStatus.at(path.removingLastComponent()).availableBytes
        guard room / Self.plenty >= UInt64(bytes) else { return false }
        try Files.reserve(path, bytes: bytes, mode: 0o600)
        return true
    }

    /// Gives its room back. One that is not there is fine. Blocks.
    func release() throws(Failure) { try DurableFiles.removeTree(path) }
}
