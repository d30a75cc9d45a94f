// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import SystemPackage

/// The content of an upload: pieces of a file, and bytes between them, as one sequence.
public struct UploadContent: Hashable, Sendable {
    public enum Piece: Hashable, Sendable {
        case bytes([UInt8])
        /// Of the file.
        case range(offset: Int64, count: Int64)

        var count: Int64 {
            switch self {
            case .bytes(let bytes): Int64(bytes.count)
            case .range(_, let count): count
            }
        }
    }

    public let pieces: [Piece]
    /// Bytes in all.
    public let size: Int64

    public init(_ pieces: [Piece]) {
        self.pieces = pieces.filter { $0.count > 0 }
        size = self.pieces.reduce(0) { $0 + $1.count }
    }

    /// The SHA-256 of the whole, 32 bytes. Reads all of it; call it on a thread that may block.
    /// - Throws: `source.changed` when the file is shorter than the pieces need, `system.io`.
    public func digest(of file: FileDescriptor) throws(Failure) -> [UInt8] {
        var hash = SHA256()
        try ContentReader(self, file).pass(through: size, into: &hash)
        return Array(hash.finalize())
    }
}

/// Reads the content of an upload in order.
struct ContentReader {
    private let content: UploadContent
    private let file: FileDescriptor
    private(set) var position: Int64 = 0
    private var piece = 0
    /// Within the piece.
    private var offset: Int64 = 0

    init(_ content: UploadContent, _ file: FileDescriptor) {
        self.content = content
        self.file = file
    }

    /// - Returns: bytes read; 0 only at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        guard piece < content.pieces.count, !buffer.isEmpty else { return 0 }
        let current = content.pieces[piece]
        let wanted = Int(min(Int64(buffer.count), current.count - offset))
        let count: Int
        switch current {
        case .bytes(let bytes):
            count = wanted
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<Int(offset) + count]))
            }
        case .range(let start, _):
            let place = start + offset
            count = try Failure.translating("reading what is uploaded") {
                try file.read(
                    fromAbsoluteOffset: place, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
            }
            guard count > 0 else { throw UploadBody.changed }
        }
        position += Int64(count)
        offset += Int64(count)
        if offset == current.count { (piece, offset) = (piece + 1, 0) }
        return count
    }

    /// Hashes what lies before `end`.
    consuming func pass(through end: Int64, into hash: inout SHA256) throws(Failure) {
        try advance(to: end, into: &hash)
    }

    mutating func advance(to end: Int64, into hash: inout SHA256) throws(Failure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while position < end {
            let room = Int(min(Int64(buffer.count), end - position))
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
            guard count > 0 else { throw UploadBody.changed }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}

/// The body of an upload, from some offset to the end. It is hashed while it is sent, from the first byte of the
/// content. When the digest is not the declared one, the last bytes are never sent.
///
/// `@unchecked Sendable`: made by one thread, then used by the transfers' thread alone.
public final class UploadBody: @unchecked Sendable {
    public let size: Int64
    /// Where it begins.
    public let start: Int64
    private let digest: [UInt8]
    private var reader: ContentReader
    private var hash: SHA256

    /// Reads and hashes what lies before `offset`; call it on a thread that may block.
    /// - Parameters:
    ///   - file: open for reading, until the transfer is over; its own offset is neither used nor moved.
    ///   - digest: the SHA-256 of the whole, as it was declared.
    /// - Throws: `source.changed`, `system.io`.
    public init(
        _ content: UploadContent, of file: FileDescriptor, digest: [UInt8], from offset: Int64 = 0
    ) throws(Failure) {
        precondition((0...content.size).contains(offset))
        var reader = ContentReader(content, file)
        var hash = SHA256()
        try reader.advance(to: offset, into: &hash)
        size = content.size
        start = offset
        self.digest = digest
        (self.reader, self.hash) = (reader, hash)
    }

    /// Bytes that are still to be sent.
    var remaining: Int64 { size - reader.position }

    /// Nothing of it has been read for sending.
    var isUntouched: Bool { reader.position == start }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = try reader.read(into: buffer)
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        if reader.position == size, count > 0 {
            let sent = hash
            guard sent.finalize().elementsEqual(digest) else { throw Self.changed }
        }
        return count
    }

    static let changed = Failure(
        .sourceChanged, "the file changed while it was uploaded",
        hint: "it is sent again once nothing writes to it any more", remedy: .reject)
}
