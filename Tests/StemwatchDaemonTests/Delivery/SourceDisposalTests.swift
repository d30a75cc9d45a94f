// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// The daemon may touch only the file that was separated and delivered, and only as configured.
@Suite struct SourceDisposalTests {
    let scene: DeliveryScene
    var done: FilePath { scene.directory("done") }

    init() throws { scene = try DeliveryScene() }

    private func dispose(_ order: DeliveryOrder, _ policy: DeliverySettings.Source) async throws
        -> SourceDisposal.Outcome
    {
        var settings = scene.settings
        settings.source = policy
        return try await SourceDisposal(settings).dispose(of: order, below: scene.inbox)
    }

    @Test func `a source is kept`() async throws {
        let order = try scene.order()
        #expect(try await dispose(order, .keep).how == .kept)
        #expect(try FileIdentity.at(order.source) == order.identity)
    }

    @Test func `a source is moved, under its relative path and its own name`() async throws {
        let order = try scene.order(1, "Artist/e\u{301}.wav")
        let bytes = try order.source.bytes()
        let outcome = try await dispose(order, .move(to: done))
        #expect(outcome == .init(.moved, to: done.appending("Artist/e\u{301}.wav")))
        #expect(try done.appending("Artist/e\u{301}.wav").bytes() == bytes)
        #expect(try scene.files(below: scene.inbox) == ["Artist/"], "directories stay")
        #expect(try await dispose(order, .move(to: done)) == outcome, "asked again after a crash")
    }

    @Test func `a source is deleted, and nothing beside it`() async throws {
        let order = try scene.order(1, "Artist/song.wav")
        try scene.inbox.appending("Artist/cover.jpg").write("x")
        #expect(try await dispose(order, .delete).how == .deleted)
        #expect(try scene.files(below: scene.inbox) == ["Artist/cover.jpg"])
        #expect(try await dispose(order, .delete).how == .gone)
    }

    /// Only the content decides, since times and inodes may change without it.
    @Test(arguments: [DeliverySettings.Source.delete, .move(to: "/nonexistent/done")])
    func `a source that changed is left alone, with a warning`(policy: DeliverySettings.Source) async throws {
        let order = try scene.order()
        try order.source.patch(at: 60, [9])
        let changed = try order.source.bytes()
        let outcome = try await dispose(order, policy)
        #expect(outcome.how == .kept && outcome.warning?.code == .sourceDisposal)
        #expect(try order.source.bytes() == changed)
    }

    @Test func `a source that was only touched is still the same source`() async throws {
        let order = try scene.order()
        try FileSystem.setMode(0o600, of: order.source)
        #expect(try FileIdentity.at(order.source) != order.identity)
        #expect(try await dispose(order, .delete) == .init(.deleted))
    }

    @Test func `a source that is being written waits`() async throws {
        let order = try scene.order()
        let writer = try FileDescriptor.open(order.source, .readWrite)
        let error = await failure { try await dispose(order, .delete) }
        #expect(error?.code == .sourceDisposal && error?.remedy == .retry(after: nil))
        try writer.close()
        #expect(try await dispose(order, .delete).how == .deleted)
    }

    @Test func `a link in its place is not the source`() async throws {
        let order = try scene.order()
        try FileSystem.rename(order.source, to: scene.directory("real.wav"))
        try FileSystem.link(to: scene.directory("real.wav"), at: order.source)
        #expect(try await dispose(order, .delete).how == .gone)
        #expect(try FileStatus.at(order.source)?.kind == .symlink)
        #expect(try FileStatus.at(scene.directory("real.wav")) != nil)
    }

    /// A missing folder may be an unmounted disk.
    @Test func `a missing watched folder does not mean that the source is gone`() async throws {
        let order = try scene.order()
        try FileSystem.rename(scene.inbox, to: scene.directory("unmounted"))
        let error = await failure { try await dispose(order, .delete) }
        #expect(error?.code == .outputUnwritable)
    }

    @Test func `a move replaces nothing`() async throws {
        try DurableFiles.makeDirectory(done)
        try done.appending("song.wav").write("mine")
        let order = try scene.order()
        #expect(try await dispose(order, .move(to: done)) == .init(.moved, to: done.appending("song (2).wav")))
        #expect(try done.appending("song.wav").bytes() == Array("mine".utf8))
        #expect(try await dispose(order, .move(to: done)).to == done.appending("song (2).wav"))
    }

    @Test func `a move out through a link is refused`() async throws {
        let order = try scene.order(1, "Artist/song.wav")
        try DurableFiles.makeDirectories(scene.directory("outside"))
        try DurableFiles.makeDirectory(done)
        try FileSystem.link(to: scene.directory("outside"), at: done.appending("Artist"))
        #expect(await failure { try await dispose(order, .move(to: done)) }?.code == .outputName)
        #expect(try FileIdentity.at(order.source) == order.identity)
    }

    @Test(.enabled(if: SharedMemory.isApart))
    func `between two file systems a source is copied, verified, and then removed`()
        async throws
    {
        let apart = try SharedMemory()
        let order = try scene.order(1, "Artist/song.wav")
        let bytes = try order.source.bytes()
        let modified = order.identity.modified
        let outcome = try await dispose(order, .move(to: apart.path))
        #expect(outcome == .init(.moved, to: apart.path.appending("Artist/song.wav")))
        #expect(try apart.path.appending("Artist/song.wav").bytes() == bytes)
        #expect(try FileIdentity.at(apart.path.appending("Artist/song.wav"))?.modified == modified)
        #expect(try scene.files(below: apart.path) == ["Artist/song.wav"])
        #expect(try FileStatus.at(order.source) == nil)
        #expect(try await dispose(order, .move(to: apart.path)) == outcome)
    }

    /// Killed after the copy was in place, or while it was written.
    @Test(.enabled(if: SharedMemory.isApart), arguments: [true, false])
    func `a crash between copy and removal leaves one file`(isInPlace: Bool) async throws {
        let apart = try SharedMemory()
        let order = try scene.order()
        let name = isInPlace ? "song.wav" : ".stemwatch-\(order.job).tmp"
        try apart.path.appending(name).write(isInPlace ? order.source.bytes() : [1, 2, 3])
        let outcome = try await dispose(order, .move(to: apart.path))
        #expect(outcome == .init(.moved, to: apart.path.appending("song.wav")))
        #expect(try scene.files(below: apart.path) == ["song.wav"])
        #expect(try FileStatus.at(order.source) == nil)
    }
}
