// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Platform
import StemlabAPI

/// Takes uploads in: tickets, bytes, and the proof that what arrived is what was declared.
struct UploadService: Sendable {
    let store: Store
    let storage: any ObjectStorage
    let locks = UploadWriteLocks()
    private let checks = UploadVerification()
    private let hashing = UploadHashing()
    let usualLimits: AccountLimits
    /// Bytes that stay free on the storage: below that, uploads stop.
    let freeBytes: Int64

    /// An upload, and how much of it has arrived.
    struct Standing: Sendable {
        var upload: UploadRecord
        var offset: Int64
    }

    func ticket(
        _ order: UploadOrder, for holder: Principal, at now: WallTime
    ) async throws -> (standing: Standing, isNew: Bool) {
        let room = try await room()
        let (upload, isNew) = try await store.write(for: holder) { db in
            let limits = try AccountLimits.of(holder.account, usual: usualLimits, in: db)
            let ticket = try UploadTable.ticket(order, for: holder.account, limits: limits, at: now, in: db)
            // Nothing is kept of a ticket that is refused. What may never come is refused for good, before that.
            if ticket.isNew { try Self.check(room, for: order.bytes) }
            return ticket
        }
        return (try await standing(upload), isNew)
    }

    func find(_ id: String, of holder: Principal) async throws -> Standing {
        try await standing(store.read(for: holder) { db in try UploadTable.find(id, of: holder.account, in: db) })
    }

    func page(of holder: Principal, before: Int64?, limit: Int) async throws -> [Standing] {
        let uploads = try await store.read(for: holder) { db in
            try UploadTable.page(of: holder.account, before: before, limit: limit, in: db)
        }
        return try await blocking { () throws(Failure) in
            var page: [Standing] = []
            for upload in uploads { page.append(Standing(upload: upload, offset: try arrived(upload))) }
            return page
        }
    }

    func remove(_ id: String, of holder: Principal) async throws {
        try await store.write(for: holder) { db in try UploadTable.remove(id, of: holder.account, in: db) }
        try await discard([id])
    }

    /// Removes the objects of uploads that the database has forgotten, and refuses requests that still write them.
    func discard(_ ids: [String]) async throws {
        for id in ids { locks.end(id) }
        try await blocking { () throws(Failure) in
            for id in ids { try storage.remove(.upload(id)) }
        }
    }

    /// Reads all that arrived, and decides for good whether it is what was declared. Content that is not is thrown
    /// away. However many ask, it is read once.
    func complete(_ id: String, of holder: Principal) async throws -> Standing {
        let upload = try await store.read(for: holder) { db in try UploadTable.find(id, of: holder.account, in: db) }
        guard upload.state == .open else { return try await standing(upload) }
        let turn = locks.turn(id)
        let number = turn.number
        let arrived = try await standing(upload).offset
        guard arrived == upload.bytes else { throw Self.incomplete(upload, arrived: arrived) }
        try await checks.once(.init(upload: id, turn: number)) { try await check(upload, turn, number) }
        return try await find(id, of: holder)
    }

    private func check(_ upload: UploadRecord, _ turn: UploadWriteLocks.Turn, _ number: UInt64) async throws {
        let id = upload.id
        // Another check may have ended just before.
        guard try await store.read({ db in try UploadTable.find(id, of: upload.account, in: db) }).state == .open else {
            return
        }
        let digest = try await hashing.digest(of: upload, in: storage)
        guard let digest, digest.length == upload.bytes else {
            throw Self.incomplete(upload, arrived: digest?.length ?? 0)
        }
        guard digest.sha256 == upload.sha256 else {
            // Unless another request has begun to send it anew.
            try await blocking { () throws(Failure) in
                _ = try turn.keeping(number) { () throws(Failure) in try storage.remove(.upload(id)) }
            }
            throw APIError(
                .uploadDigestMismatch, "what arrived has another SHA-256 than was declared: send it again"
            ) { $0.offset = 0 }
        }
        guard turn.seal(number) else {
            // Written to since.
            throw Self.incomplete(upload, arrived: try await standing(upload).offset)
        }
        do {
            // What was read stays true, whichever request asked for it.
            try await store.write { db in try UploadTable.complete(id, in: db) }
        } catch {
            turn.unseal()
            throw error
        }
        locks.end(id)
    }

    /// Begins to take bytes of an upload; requests that sent some until now are refused.
    /// - Parameter offset: where they go on; `nil`: they are the whole, in place of what was there.
    func receive(_ id: String, size: Int64, from offset: Int64?, count: Int64) async throws -> UploadStream {
        let turn = locks.turn(id)
        guard let number = turn.take() else { throw Self.closed }
        guard let upload = try await store.read({ db in try UploadTable.find(id, in: db) }), upload.bytes == size else {
            locks.end(id)
            throw APIError.unknown
        }
        guard upload.state == .open else {
            locks.end(id)
            throw Self.closed
        }
        let arrived = try await standing(upload).offset
        if let offset, offset != arrived {
            throw APIError(.uploadOffset, "\(arrived) bytes are there: go on from there") { $0.offset = arrived }
        }
        try Self.check(await room(), for: count - (offset == nil ? arrived : 0))
        let writer = try await blocking { () throws(Failure) in
            try turn.keeping(number) { () throws(Failure) in try storage.write(.upload(id), from: offset ?? 0) }
        }
        guard let writer else { throw UploadStream.superseded }
        return UploadStream(upload, store: store, writer: writer, turn: turn, number: number, offset: offset ?? 0)
    }

    private func standing(_ upload: UploadRecord) async throws -> Standing {
        Standing(upload: upload, offset: try await blocking { () throws(Failure) in try arrived(upload) })
    }

    private func arrived(_ upload: UploadRecord) throws(Failure) -> Int64 {
        // Once it has been checked nothing is written to it.
        upload.state == .open ? try storage.length(of: .upload(upload.id)) : upload.bytes
    }

    /// Bytes that may still come.
    private func room() async throws -> Int64 {
        try await blocking { () throws(Failure) in try storage.room() } - freeBytes
    }

    private static func check(_ room: Int64, for bytes: Int64) throws(APIError) {
        guard bytes <= room else {
            throw APIError(.storageFull, "there is no room for \(bytes) bytes: try again later")
        }
    }

    private func blocking<T: Sendable>(_ body: @escaping @Sendable () throws(Failure) -> T) async throws -> T {
        try await StorageCalls.run(body)
    }

    private static func incomplete(_ upload: UploadRecord, arrived: Int64) -> APIError {
        return APIError(.uploadIncomplete, "\(arrived) of \(upload.bytes) bytes have arrived") { $0.offset = arrived }
    }

    private static let closed = APIError(.uploadComplete, "the upload is complete, and takes no more bytes")
}
