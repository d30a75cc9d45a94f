// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import Platform

/// One file of an account's archive.
struct ArchiveMember: Sendable {
    /// At most 100 bytes of ASCII, with slashes: `stems/job_…/vocals.wav`.
    let name: String
    let size: Int64
    /// The bytes from an offset on, as many as are convenient; none at the end.
    let read: @Sendable (_ offset: Int64) async throws -> [UInt8]

    init(_ name: String, size: Int64, read: @escaping @Sendable (_ offset: Int64) async throws -> [UInt8]) {
        self.name = name
        self.size = size
        self.read = read
    }

    init(_ name: String, _ bytes: [UInt8]) {
        self.init(name, size: Int64(bytes.count)) { $0 == 0 ? bytes : [] }
    }
}

/// Files as one tar archive (POSIX ustar), written as it is sent.
struct Archive: Sendable {
    let members: [ArchiveMember]
    let at: WallTime

    static let block = 512

    /// A member's header.
    static func header(_ member: ArchiveMember, at time: WallTime) -> [UInt8] {
        precondition(member.name.utf8.count <= 100, "the name of a member is too long")
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int64, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(member.name, at: 0)
        put("0000600", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        // Eleven octal digits are 8 GiB; beyond that the number stands there in base 256, as GNU tar, bsdtar and 7-Zip
        // read it.
        if member.size < 1 << 33 {
            put(octal(member.size, 11), at: 124)
        } else {
            header[124] = 0x80
            for i in 0..<8 { header[135 - i] = UInt8(truncatingIfNeeded: member.size >> Int64(8 * i)) }
        }
        put(octal(time.milliseconds / 1000, 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar\u{0}00", at: 257)
        let sum = header.reduce(Int64(0)) { $0 + Int64($1) }
        put(octal(sum, 6) + "\u{0} ", at: 148)
        return header
    }

    var size: Int64 {
        members.reduce(Int64(2 * Self.block)) { $0 + Int64(Self.block) + ($1.size + 511) / 512 * 512 }
    }

    /// Gives the archive to `write`, piece by piece.
    /// - Throws: when a member has become shorter than it said: the archive would be a lie.
    func write(_ write: (ByteBuffer) async throws -> Void) async throws {
        for member in members {
            try await write(ByteBuffer(bytes: Self.header(member, at: at)))
            var offset: Int64 = 0
            while offset < member.size {
                let bytes = try await member.read(offset)
                guard !bytes.isEmpty else {
                    throw Failure(.systemIO, "a file of an export ended before its time", remedy: .retry(after: nil))
                }
                let taken = bytes.prefix(Int(min(Int64(bytes.count), member.size - offset)))
                try await write(ByteBuffer(bytes: taken))
                offset += Int64(taken.count)
            }
            let rest = Int(member.size % Int64(Self.block))
            if rest > 0 { try await write(ByteBuffer(repeating: 0, count: Self.block - rest)) }
        }
        try await write(ByteBuffer(repeating: 0, count: 2 * Self.block))
    }

    func answer() -> ServiceResponse {
        ServiceResponse(
            .ok,
            headers: [
                .contentType: "application/x-tar", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"stemlab-export.tar\"",
            ],
            body: ResponseBody(contentLength: Int(size)) { writer in
                try await write { try await writer.write($0) }
                try await writer.finish(nil)
            })
    }
}
