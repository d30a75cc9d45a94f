// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import NIOCore
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

/// What an export has of the audio of an account.
@Suite struct ExportTests {
    private let accounts: AccountScene
    private let storage: WatchedStorage

    init() throws {
        accounts = try AccountScene()
        storage = try WatchedStorage(accounts.directory("objects"))
    }

    /// Uploads that hold so many bytes each.
    private func store(_ sizes: [Int]) async throws {
        for (name, size) in sizes.enumerated() {
            let key = ObjectKey.upload(try await accounts.upload(name))
            let writer = try storage.write(key, from: 0)
            try [UInt8](repeating: UInt8(name), count: size).withUnsafeBytes { bytes in
                Result { () throws(Failure) in try writer.write(bytes) }
            }.get()
        }
    }

    private var room: SeparationData {
        SeparationData(store: accounts.store, storage: storage, welcome: .zero) { _, _ in }
    }

    @Test func `an export holds one object open at a time, and no more than one is under way of an account`()
        async throws
    {
        try await store([3, 600_000, 5])
        let room = room
        let archive = Archive(members: try await room.archive(of: AccountScene.ada), at: AccountScene.noon)
        #expect(archive.members.suffix(3).map(\.size) == [3, 600_000, 5])
        #expect(storage.openReaders == 0)
        let refusal = await #expect(throws: APIError.self) { try await room.archive(of: AccountScene.ada) }
        #expect(refusal?.problem.code == "rate.limited" && refusal?.retryAfter != nil)
        _ = try await room.archive(of: AccountScene.bob)
        var most = 0
        var bytes = 0
        try await archive.write { piece in
            most = max(most, storage.openReaders)
            bytes += piece.readableBytes
        }
        #expect(most <= 1 && storage.openReaders == 0 && storage.readings == 3)
        #expect(Int64(bytes) == archive.size)
        // Though somebody still has the archive.
        _ = try await room.archive(of: AccountScene.ada)
    }

    @Test func `an export that is cut off, and one without audio, keep nobody from the next`() async throws {
        let room = room
        let empty = try await room.archive(of: AccountScene.ada)
        try await store([3])
        do { _ = try await room.archive(of: AccountScene.ada) }
        #expect(try await room.archive(of: AccountScene.ada).count == empty.count + 1)
    }
}
