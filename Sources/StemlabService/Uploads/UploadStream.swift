// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Platform
import StemlabAPI

/// The bytes of one request on their way into the file of an upload. What was written stays, however it ends.
struct UploadStream: Sendable {
    private let upload: String
    private let store: Store
    private let writer: any ObjectWriter
    private let turn: UploadWriteLocks.Turn
    private let number: UInt64
    /// Since when the upload waits.
    private var kept: WallTime
    /// Bytes that are in the file.
    private(set) var offset: Int64

    init(
        _ upload: UploadRecord, store: Store, writer: any ObjectWriter, turn: UploadWriteLocks.Turn, number: UInt64,
        offset: Int64
    ) {
        self.upload = upload.id
        self.store = store
        self.writer = writer
        self.turn = turn
        self.number = number
        self.offset = offset
        kept = upload.expiresAt.advanced(by: .zero - UploadRecord.patience)
    }

    /// How often the database notes that more has arrived: a commit each.
    private static let keepInterval: Duration = .seconds(3600)

    /// - Throws: `upload.superseded` once another request sends the same upload, or it was removed.
    mutating func write(_ bytes: ByteBuffer, at now: WallTime = .now) async throws {
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
        if now.since(kept) >= Self.keepInterval {
            let id = upload
            try await store.write { db in try UploadTable.keep(id, at: now, in: db) }
            kept = now
        }
    }

    /// Makes what was written durable.
    /// - Throws: `upload.superseded` when another request sends it by then, or it was removed.
    func finish() async throws {
        let writer = writer
        try await StorageCalls.run { () throws(Failure) in try writer.finish() }
        guard turn.stands(number) else { throw Self.superseded }
    }

    static let superseded = APIError(.uploadSuperseded, "another request goes on with this upload")
}
