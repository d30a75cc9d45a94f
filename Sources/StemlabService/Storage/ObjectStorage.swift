// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI
import SystemPackage

/// Where uploads and stems are kept. Memory does not grow with their size.
///
/// Every call blocks: make it on a pool of own threads. The database decides which objects there should be; what is
/// here without a row there is left over, and the sweep removes it.
protocol ObjectStorage: Sendable {
    /// Opens an object for writing from `offset` on; what was behind that is cut off. Makes it at offset 0.
    /// - Throws: when there are fewer than `offset` bytes.
    func write(_ key: ObjectKey, from offset: Int64) throws(Failure) -> any ObjectWriter
    /// Opens an object for reading; `nil`: it is not there.
    func read(_ key: ObjectKey) throws(Failure) -> (any ObjectReader)?
    /// Takes finished files over as objects, durably, replacing what was there. The files are gone from their paths
    /// then.
    func adopt(_ files: [(path: FilePath, key: ObjectKey)]) throws(Failure)
    /// Puts an object at `path` as a local file, for a program that reads files. The program does not change it.
    /// - Throws: also when the object is not there.
    func lend(_ key: ObjectKey, at path: FilePath) throws(Failure)
    /// Removes an object. One that is not there is fine.
    func remove(_ key: ObjectKey) throws(Failure)
    /// All objects, in no order.
    func keys() throws(Failure) -> [ObjectKey]
    /// Bytes that can still be written.
    func room() throws(Failure) -> Int64
}

/// An object being written. Bytes stay if it is let go of unfinished.
protocol ObjectWriter: AnyObject, Sendable {
    /// Appends. One call at a time.
    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure)
    /// Makes everything written durable. Once.
    func finish() throws(Failure)
}

/// An object being read. Also after it was removed meanwhile.
protocol ObjectReader: AnyObject, Sendable {
    /// Bytes, when it was opened.
    var length: Int64 { get }
    /// Bytes from `offset` on, as many as `buffer` has room for unless the end comes first.
    /// - Returns: how many; 0 only at the end.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int
}

extension ObjectStorage {
    /// Bytes of an object; 0 when nothing of it is there.
    func length(of key: ObjectKey) throws(Failure) -> Int64 { try read(key)?.length ?? 0 }
}

/// Calls of ``ObjectStorage``, off the cooperative pool.
enum StorageCalls {
    /// - Throws: `storage.full` as a refusal when there is no room; other failures as they are.
    static func run<T: Sendable>(_ body: @escaping @Sendable () throws(Failure) -> T) async throws -> T {
        do throws(Failure) {
            return try await BlockingPool.shared.run(body)
        } catch {
            throw refusal(of: error)
        }
    }

    private static func refusal(of failure: Failure) -> any Error {
        guard failure.code == .outputFull else { return failure }
        return APIError(.storageFull, "there is no room: try again later")
    }
}

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
