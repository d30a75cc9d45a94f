// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Glibc
public import SystemPackage

/// The target of a download: a file that may already hold the beginning.
///
/// `@unchecked Sendable`: made by one thread, used by the transfers' thread until that is done, then by one thread
/// again.
public final class DownloadFile: @unchecked Sendable {
    /// Bytes of the complete content.
    public let size: Int64
    private let digest: [UInt8]
    private let file: FileDescriptor
    private var hash = SHA256()
    /// Bytes that are there already.
    public private(set) var offset: Int64 = 0

    /// Reads and hashes what is there already; call it on a thread that may block. A file that is too long is started
    /// again.
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

    /// Checks that the file is complete and has the announced digest. Discards wrong content, so that the next try
    /// starts again.
    /// - Throws: `network.interrupted` when it is shorter, `network.protocol` when the digest differs.
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
