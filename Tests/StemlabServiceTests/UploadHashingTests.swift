// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import NIOCore
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

/// Checking uploads, on a disk that reads only when it is told to.
@Suite(.timeLimit(.minutes(1))) struct UploadHashingTests {
    private let accounts: AccountScene
    private let storage: WatchedStorage

    init() throws {
        accounts = try AccountScene()
        storage = try WatchedStorage(accounts.directory("objects"), isHeld: true)
    }

    private func service() -> UploadService {
        UploadService(store: accounts.store, storage: storage, usualLimits: AccountLimits(), freeBytes: 0)
    }

    /// An upload that has arrived, and waits to be checked.
    private func arrived(_ bytes: [UInt8], of account: String = AccountScene.ada, _ service: UploadService) async throws
        -> String
    {
        let order = UploadOrder(bytes: Int64(bytes.count), sha256: Hexadecimal.text(of: SHA256.hash(data: bytes)))
        let id = try await service.ticket(order, for: AccountScene.holder(of: account), at: AccountScene.noon).standing
            .upload.id
        var stream = try await service.receive(id, size: order.bytes, from: nil, count: order.bytes)
        try await stream.write(.init(bytes: bytes))
        try await stream.finish()
        return id
    }

    @Test func `Threat: content is read once however many have it checked, and nobody else waits for that`()
        async throws
    {
        let service = service()
        let id = try await arrived([1, 2, 3], service)
        let states = try await withThrowingTaskGroup(of: Upload.State.self) { group in
            // More than there are threads for all that blocks.
            for _ in 0..<60 {
                group.addTask { try await service.complete(id, of: AccountScene.holder()).upload.state }
            }
            await storage.arrival()
            let order = UploadOrder(bytes: 1, sha256: String(repeating: "b", count: 64))
            _ = try await service.ticket(order, for: AccountScene.holder(of: AccountScene.bob), at: AccountScene.noon)
            try storage.open(60)
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states == Array(repeating: .complete, count: 60))
        #expect(storage.readings == 1)
    }

    @Test func `everybody who waits for a check is told that the content is another`() async throws {
        let service = service()
        let order = UploadOrder(bytes: 3, sha256: String(repeating: "c", count: 64))
        let id = try await service.ticket(order, for: AccountScene.holder(), at: AccountScene.noon).standing.upload.id
        var stream = try await service.receive(id, size: 3, from: nil, count: 3)
        try await stream.write(.init(bytes: [1, 2, 3]))
        let codes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    do { _ = try await service.complete(id, of: AccountScene.holder()) } catch {
                        return (error as? APIError)?.problem.code
                    }
                    return nil
                }
            }
            await storage.arrival()
            #expect(throws: Never.self) { try storage.open(60) }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        // Who asked after it was thrown away is told that nothing is there.
        #expect(codes.isSubset(of: ["upload.digest_mismatch", "upload.incomplete"]), "\(codes)")
        #expect(codes.contains("upload.digest_mismatch"))
        #expect(try await service.find(id, of: AccountScene.holder()).offset == 0)
    }

    @Test func `one upload of an account is read at a time, and a line that is full sends away`() async throws {
        let service = service()
        var uploads: [UploadRecord] = []
        for byte in 1...4 {
            let id = try await arrived([UInt8(byte)], service)
            uploads.append(try await service.find(id, of: AccountScene.holder()).upload)
        }
        let bobs = try await arrived([9], of: AccountScene.bob, service)
        let other = try await service.find(bobs, of: AccountScene.holder(of: AccountScene.bob)).upload
        let hashing = UploadHashing(threads: 2, line: 3, share: 2)
        let (mine, storage) = (uploads, storage)
        let (digests, refusals) = try await withThrowingTaskGroup(of: ObjectDigest?.self) { group in
            for upload in mine { group.addTask { try await hashing.digest(of: upload, in: storage) } }
            // One is read, two wait, and the last is sent away, whichever it is.
            await storage.arrival()
            var refused: [String] = []
            var read: [ObjectDigest] = []
            do { while let digest = try await group.next() { read.append(try #require(digest)) } } catch {
                refused.append(try #require(error as? APIError).problem.code)
            }
            #expect(read.isEmpty && storage.readings == 1)
            // Another account passes them by.
            group.addTask { try await hashing.digest(of: other, in: storage) }
            await storage.arrival()
            #expect(storage.readings == 2)
            try storage.open(60)
            for try await digest in group { read.append(try #require(digest)) }
            return (read, refused)
        }
        #expect(digests.count == 4 && refusals == ["service.unavailable"])
        #expect(storage.readings == 4)
    }
}
