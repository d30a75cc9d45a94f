// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Glibc
public import SystemPackage

/// Where a download goes: a file that may hold the beginning of it already.
///
/// `@unchecked Sendable`: made by one thread, used by the transfers' thread until that is done, then by one thread
/// again.
public final class DownloadFile: @unchecked Sendable {
    /// Bytes of the whole.
    public let size: Int64
    private let digest: [UInt8]
    private let file: FileDescriptor
    private var hash = SHA256()
    /// How much of it is there.
    public private(set) var offset: Int64 = 0

    /// Reads, and hashes, what is there already: on a thread of our own. A file that is too long is begun anew.
    /// - Parameters:
    ///   - file: open for reading and writing, until the transfer is over.
    ///   - digest: the SHA-256 of the whole, 32 bytes.
    /// - Throws: `system.io`.
    public init(_ file: FileDescriptor, size: Int64, digest: [UInt8]) throws(Failure) {
        self.file = file
        self.size = size
        self.digest = digest
        let present = try FileStatus.of(file).identity.size
        if present > size { try restart() }
        let kept = present > size ? 0 : present
        try ContentReader(UploadContent([.range(offset: 0, count: kept)]), file).pass(through: kept, into: &hash)
        offset = kept
    }

    public var isWhole: Bool { offset == size }

    /// Throws away what is there.
    func restart() throws(Failure) {
        guard ftruncate(file.rawValue, 0) == 0 else { throw Failure(.current, "shortening a download") }
        (hash, offset) = (SHA256(), 0)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        guard Int64(bytes.count) <= size - offset else {
            throw Failure(
                .networkProtocol, "the service sends more than the \(size) bytes it announced",
                remedy: .retry(after: nil))
        }
        let place = offset
        _ = try Failure.translating("writing a download") { try file.writeAll(toAbsoluteOffset: place, bytes) }
        hash.update(bufferPointer: bytes)
        offset += Int64(bytes.count)
    }

    /// Whether all of it is there, and is what was announced. What is not is thrown away, so that the next try begins
    /// anew.
    /// - Throws: `network.interrupted` when there is less, `network.protocol` when it is something else.
    public func verify() throws(Failure) {
        guard isWhole else {
            throw Failure(
                .networkInterrupted, "\(offset) of \(size) bytes of the download have come", remedy: .retry(after: nil))
        }
        guard hash.finalize().elementsEqual(digest) else {
            try restart()
            throw Failure(
                .networkProtocol, "the download is not what the service announced: its SHA-256 is another",
                remedy: .retry(after: nil))
        }
    }
}
