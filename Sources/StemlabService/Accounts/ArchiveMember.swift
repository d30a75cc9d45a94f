// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// One file of an account's archive.
public struct ArchiveMember: Sendable {
    /// At most 100 bytes of ASCII, with slashes: `stems/job_…/vocals.wav`.
    public let name: String
    public let size: Int64
    /// The bytes from an offset on, as many as are convenient; none at the end.
    let read: @Sendable (_ offset: Int64) async throws -> [UInt8]

    public init(_ name: String, size: Int64, read: @escaping @Sendable (_ offset: Int64) async throws -> [UInt8]) {
        self.name = name
        self.size = size
        self.read = read
    }

    public init(_ name: String, _ bytes: [UInt8]) {
        self.init(name, size: Int64(bytes.count)) { $0 == 0 ? bytes : [] }
    }
}
