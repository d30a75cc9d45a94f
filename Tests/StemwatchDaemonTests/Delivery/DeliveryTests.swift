// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Synchronization
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

@Suite struct DeliveryTests {
    let scene: DeliveryScene

    init() throws { scene = try DeliveryScene() }

    @Test func `a track's folder holds its stems and stems.json, and nothing is left of the staging`() async throws {
        let receipt = try await scene.deliver(scene.order(1, "Artist/Song.wav"))
        #expect(try scene.files(below: scene.output) == DeliveryScene.whole("Artist/Song"))
        #expect(receipt.warnings.isEmpty)
        #expect(receipt.delivered.output == scene.output.appending("Artist/Song"))
        #expect(receipt.delivered.stems.map(\.file) == ["vocals.wav", "drums.wav", "bass.wav", "other.wav"])
        for stem in receipt.delivered.stems {
            let file = try FileDescriptor.open(receipt.delivered.output.appending(stem.file), .readOnly)
            #expect(try file.closeAfter { try FileDigest.of(file).digest } == stem.digest)
        }
    }

    @Test func `stems.json records where the stems come from`() async throws {
        let order = try scene.order()
        let receipt = try await scene.deliver(order)
        let json = try JSONValue(parsing: receipt.delivered.output.appending("stems.json").bytes())
        #expect(json["version"]?.int == 1 && json["job"]?.string == order.job.rawValue)
        #expect(json["source"]?.string == "song.wav" && json["path"]?.string == "song.wav")
        #expect(json["bytes_sha256"]?.string == order.facts.bytesDigest.hex)
        #expect(json["backend"]?.string == "builtin" && json["model"]?.string == "masks-1")
        #expect(json["minutes_ms"]?.int == 200 && json["duration_ms"]?.int == 200)
        #expect(json["delivered_at"]?.string == "1970-01-01T00:00:03.000Z")
        #expect(json["stems"]?.array?.count == 4 && json["stems"]?.array?[0]["frames"]?.int == 1600)
        #expect(json["residual_db"]?.double.map { $0 < -60 } == true)
        #expect(json["reused_from"] == .null)
    }

    /// A crash after any step, then everything again, with or without the fetched stems.
    @Test(arguments: DeliveryStep.allCases, [true, false])
    func `a crash after any step leaves exactly one folder after the next run`(
        step: DeliveryStep, stagesAnew: Bool
    ) async throws {
        let crash = Failure(.systemInternal, "killed", remedy: .stop)
        let broken = scene.delivery { (reached) throws(Failure) in if reached == step { throw crash } }
        var order = try scene.order()
        order.stems = scene.fetch(into: try await broken.stage(order.job))
        let error = await failure { try await broken.deliver(order, at: WallTime(milliseconds: 3)) }
        #expect(error == crash)
        let visible = try scene.files(below: scene.output).filter { !$0.hasPrefix(".stemwatch") }
        let isRenamed = [.renamed, .published, .cleaned].contains(step)
        #expect(visible == (isRenamed ? DeliveryScene.whole("song") : []), "all stems or none")

        let found = try await scene.delivery().existing(order.job, of: order.key)
        #expect((found != nil) == isRenamed)
        if stagesAnew { order.stems = scene.fetch(into: try await scene.delivery().stage(order.job)) }
        let receipt = try await scene.delivery().deliver(order, at: WallTime(milliseconds: 4))
        #expect(found == nil || found == receipt.delivered)
        #expect(try scene.files(below: scene.output) == DeliveryScene.whole("song"))
    }

    /// People must never see a partial delivery, even after a power cut.
    @Test(.enabled(if: DirtyPages.areTold))
    func `every file of a delivery is on disk before it is visible`() async throws {
        let order = try scene.order()
        let folder = scene.output.appending(".stemwatch/\(order.job)/folder")
        let unseen = Mutex<[String: Int]>([:])
        let delivery = scene.delivery { (step) throws(Failure) in
            guard step == .foldersMade else { return }
            for entry in try DirectoryListing.entries(of: folder) {
                let dirty = DirtyPages.count(of: folder.appending(entry.name))
                unseen.withLock { $0[entry.name.string] = dirty }
            }
        }
        _ = try await scene.deliver(order, by: delivery)
        #expect(
            unseen.withLock { $0 } == ["vocals.wav": 0, "drums.wav": 0, "bass.wav": 0, "other.wav": 0, "stems.json": 0])
    }

    /// Names must not collide.
    @Test func `two songs with one name get two folders, and the same name elsewhere is no collision`() async throws {
        for (n, path) in ["song.wav", "song.flac", "sub/song.wav"].enumerated() {
            let kind: AudioFixture.Kind = path.hasSuffix("flac") ? .flac16 : .wav16
            _ = try await scene.deliver(scene.order(n, FilePath(path), as: DeliveryScene.sound(kind)))
        }
        let all = ["song (2)", "song", "sub/song"].flatMap { DeliveryScene.whole($0) }
        #expect(try scene.files(below: scene.output) == all)
    }

    @Test func `an existing file or folder of the name is never touched`() async throws {
        try DurableFiles.makeDirectory(scene.output)
        try DurableFiles.makeDirectory(scene.output.appending("song"))
        try scene.output.appending("song (2)").write("mine")
        try FileSystem.link(to: "/nowhere", at: scene.output.appending("song (3)"))
        let receipt = try await scene.deliver(scene.order())
        #expect(receipt.delivered.output.lastComponent == "song (4)")
        #expect(
            try scene.files(below: scene.output)
                == ["song (2)", "song (3)"] + DeliveryScene.whole("song (4)") + ["song/"])
    }

    @Test func `a delivery is found again after others of its name came and went`() async throws {
        for n in 1...3 { _ = try await scene.deliver(scene.order(n)) }
        try DurableFiles.removeTree(scene.output.appending("song"))
        let order = try scene.order(3)
        let again = try await scene.deliver(order)
        #expect(again.delivered.output.lastComponent == "song (3)")
        #expect(try scene.files(below: scene.output) == ["song (2)", "song (3)"].flatMap { DeliveryScene.whole($0) })
    }

    @Test func `simultaneous deliveries under one name all arrive`() async throws {
        let orders = try (1...8).map { try scene.order($0, "a/b/song.wav") }
        try await withThrowingTaskGroup(of: Void.self) { [scene] group in
            for order in orders { group.addTask { _ = try await scene.deliver(order) } }
            try await group.waitForAll()
        }
        let folders = ["song"] + (2...8).map { "song (\($0))" }
        #expect(try scene.files(below: scene.output) == folders.flatMap { DeliveryScene.whole("a/b/" + $0) }.sorted())
    }

    @Test func `a full disk at any step shows nothing, and the delivery continues when there is room`() async throws {
        let full = Failure(.noSpace, "writing", "stems")
        for (n, step) in [DeliveryStep.checked, .converted, .described, .synced, .foldersMade].enumerated() {
            let order = try scene.order(n)
            let broken = scene.delivery { (reached) throws(Failure) in if reached == step { throw full } }
            let error = await failure { try await scene.deliver(order, by: broken) }
            #expect(error?.code == .outputFull && error?.remedy == .hold(until: .surroundings))
            #expect(try scene.files(below: scene.output).allSatisfy { $0.hasPrefix(".stemwatch") })
            _ = try await scene.deliver(order)
            try DurableFiles.removeTree(scene.output)
        }
    }

    @Test func `a cancelled task stops, and leaves nothing visible`() async throws {
        let (scene, order) = (scene, try scene.order())
        let stems = scene.fetch(into: try await scene.delivery().stage(order.job))
        let error = await withTaskGroup(of: Failure?.self) { group in
            group.cancelAll()
            group.addTask {
                var order = order
                order.stems = stems
                return await failure { try await scene.delivery().deliver(order, at: WallTime(milliseconds: 3)) }
            }
            return await group.next() ?? nil
        }
        #expect(error?.code == .jobCancelled)
        #expect(try scene.files(below: scene.output).allSatisfy { $0.hasPrefix(".stemwatch") })
    }

    @Test func `a sweep removes what no job needs, and never follows a link`() async throws {
        let delivery = scene.delivery()
        _ = try await delivery.stage(DeliveryScene.job(1))
        let kept = try await delivery.stage(DeliveryScene.job(2))
        let elsewhere = scene.directory("elsewhere")
        try DurableFiles.makeDirectory(elsewhere)
        try elsewhere.appending("precious").write("x")
        let staging = scene.output.appending(".stemwatch")
        try FileSystem.link(to: elsewhere, at: staging.appending("link"))
        try FileSystem.link(to: elsewhere, at: staging.appending("\(DeliveryScene.job(1))/fetched/link"))
        #expect(try await delivery.sweep(keeping: [DeliveryScene.job(2)]) == 2)
        #expect(try FileStatus.at(kept) != nil)
        #expect(try scene.files(below: elsewhere) == ["precious"])
        try await delivery.discard(DeliveryScene.job(2))
        #expect(try scene.files(below: scene.output) == [""])
    }

    @Test func `staging starts again empty`() async throws {
        let first = try await scene.delivery().stage(DeliveryScene.job(1))
        try first.appending("half").write("x")
        let second = try await scene.delivery().stage(DeliveryScene.job(1))
        #expect(first == second)
        #expect(try DirectoryListing.entries(of: second).isEmpty)
        #expect(try FileStatus.at(scene.output.appending(".stemwatch"))?.mode == 0o700)
    }
}
