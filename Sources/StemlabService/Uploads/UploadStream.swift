// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Platform
import StemlabAPI

/// The bytes of one request on their way into the file of an upload. What was written stays, however it ends.
struct UploadStream: Sendable {
    private let writer: any ObjectWriter
    private let turn: UploadTurns.Turn
    private let number: UInt64
    /// Bytes that are in the file.
    private(set) var offset: Int64

    init(writer: any ObjectWriter, turn: UploadTurns.Turn, number: UInt64, offset: Int64) {
        self.writer = writer
        self.turn = turn
        self.number = number
        self.offset = offset
    }

    /// - Throws: `upload.superseded` once somebody else sends the same upload.
    mutating func write(_ bytes: ByteBuffer) async throws {
        let (writer, turn, number) = (writer, turn, number)
        let isOurs = try await StorageCalls.run { () throws(Failure) in
            try turn.keeping(number) { () throws(Failure) in
                let outcome: Result<Void, Failure> = bytes.withUnsafeReadableBytes { bytes in
                    Result { () throws(Failure) in try writer.write(bytes) }
                }
                try outcome.get()
                return true
            } ?? false
        }
        guard isOurs else { throw Self.superseded }
        offset += Int64(bytes.readableBytes)
    }

    /// Makes what was written durable.
    func finish() async throws {
        let writer = writer
        try await StorageCalls.run { () throws(Failure) in try writer.finish() }
    }

    static let superseded = Refusal(.uploadSuperseded, "another request goes on with this upload")
}
