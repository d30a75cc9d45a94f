// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// `duplicates: reuse`: stems of the same audio, delivered again without being paid again.
@Suite struct ReuseTests {
    let scene: DeliveryScene
    let now = WallTime(milliseconds: 5000)

    init() throws { scene = try DeliveryScene() }

    private func orderOfCopy() throws -> DeliveryOrder {
        var order = try scene.order(2, "copy.wav")
        order.reusedFrom = DeliveryScene.job(1)
        order.provenance.model = "as configured"
        return order
    }

    @Test func `the stems are delivered again, as files of their own`() async throws {
        let earlier = try await scene.deliver(scene.order()).delivered
        let reused = try await scene.delivery().reuse(from: earlier, orderOfCopy(), at: now).delivered
        #expect(try scene.files(below: scene.output) == DeliveryScene.whole("copy") + DeliveryScene.whole("song"))
        #expect(reused.reusedFrom == DeliveryScene.job(1))
        #expect(reused.stems == earlier.stems)
        let manifest = try reused.output.appending(StemManifest.file).bytes()
        #expect(StemManifest(manifest)?.model == "masks-1", "what separated them once")
        for stem in reused.stems {
            let pair = [earlier, reused].map { $0.output.appending(stem.file) }
            #expect(try FileIdentity.at(pair[0])?.inode != FileIdentity.at(pair[1])?.inode)
        }
        #expect(try await scene.delivery().existing(DeliveryScene.job(2), of: orderOfCopy().key) == reused)
    }

    @Test func `the stems are delivered again in another format`() async throws {
        var scene = scene
        let earlier = try await scene.deliver(scene.order()).delivered
        scene.settings.format = .flac
        _ = try await scene.delivery().reuse(from: earlier, orderOfCopy(), at: now)
        #expect(
            try scene.files(below: scene.output) == DeliveryScene.whole("copy", "flac") + DeliveryScene.whole("song"))
    }

    @Test(arguments: ["edited", "gone", "link", "folder"])
    func `stems that are no longer what was delivered are not reused`(change: String) async throws {
        let earlier = try await scene.deliver(scene.order()).delivered
        let stem = earlier.output.appending("bass.wav")
        switch change {
        case "edited": try stem.patch(at: 100, [1, 2, 3])
        case "gone": try FileSystem.remove(stem)
        case "link":
            try FileSystem.rename(stem, to: scene.directory("bass.wav"))
            try FileSystem.link(to: scene.directory("bass.wav"), at: stem)
        default: try DurableFiles.removeTree(earlier.output)
        }
        let before = try scene.files(below: scene.output)
        let refusal = await failure { try await scene.delivery().reuse(from: earlier, orderOfCopy(), at: now) }
        #expect(refusal?.code == .duplicateStemsMissing)
        try await scene.delivery().discard(DeliveryScene.job(2))
        #expect(try scene.files(below: scene.output) == before)
    }

    @Test func `once delivered, it does not check again that the earlier stems are there`() async throws {
        let earlier = try await scene.deliver(scene.order()).delivered
        let first = try await scene.delivery().reuse(from: earlier, orderOfCopy(), at: now)
        try DurableFiles.removeTree(earlier.output)
        let second = try await scene.delivery().reuse(from: earlier, orderOfCopy(), at: now)
        #expect(second.delivered == first.delivered)
        #expect(try scene.files(below: scene.output) == DeliveryScene.whole("copy"))
    }
}
