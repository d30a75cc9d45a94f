// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

@Suite struct StemConversionTests {
    let scene: DeliveryScene

    init() throws { scene = try DeliveryScene() }

    @Test(arguments: [AudioFixture.Kind.wav16, .wav24, .wavFloat, .flac16, .flac24])
    func `FLAC holds the stems unchanged, at 16 or 24 bits`(kind: AudioFixture.Kind) async throws {
        var scene = scene
        scene.settings.format = .flac
        let receipt = try await scene.deliver(scene.order(), as: DeliveryScene.sound(kind))
        #expect(try scene.files(below: scene.output) == DeliveryScene.whole("song", "flac"))
        let reader = try AudioReader(receipt.delivered.output.appending("vocals.flac"))
        #expect(reader.kind == "FLAC")
        #expect(reader.format.samples == .integer(bits: [.wav16, .flac16].contains(kind) ? 16 : 24))
        try expectVocals(reader, within: kind == .wavFloat ? 0x1p-23 : 0x1p-15)
    }

    @Test(arguments: [AudioFixture.Kind.flac16, .flac24, .aiff16, .wavFloat, .rf64])
    func `WAV holds the stems unchanged`(kind: AudioFixture.Kind) async throws {
        let receipt = try await scene.deliver(scene.order(), as: DeliveryScene.sound(kind))
        #expect(try scene.files(below: scene.output) == DeliveryScene.whole("song"))
        try expectVocals(AudioReader(receipt.delivered.output.appending("vocals.wav")), within: 0x1p-15)
    }

    @Test func `a file in the right format is delivered byte for byte`() async throws {
        var order = try scene.order()
        order.stems = scene.fetch(into: try await scene.delivery().stage(order.job))
        let fetched = try order.stems[0].file.bytes()
        let receipt = try await scene.delivery().deliver(order, at: WallTime(milliseconds: 3))
        #expect(try receipt.delivered.output.appending("vocals.wav").bytes() == fetched)
        #expect(try FileStatus.at(receipt.delivered.output.appending("vocals.wav"))?.links == 1)
    }

    @Test func `samples that FLAC must clip are reported`() async throws {
        var scene = scene
        scene.settings.format = .flac
        var order = try scene.order(sumsToMix: false)
        order.stems = scene.fetch(
            into: try await scene.delivery().stage(order.job), as: DeliveryScene.sound(.wavFloat),
            shares: [(.vocals, 4), (.other, 0.1)])
        let receipt = try await scene.delivery().deliver(order, at: WallTime(milliseconds: 3))
        #expect(receipt.warnings == ["the stem vocals passes full scale, which flac cannot hold: it was clipped"])
    }

    private func expectVocals(_ reader: AudioReader, within tolerance: Double) throws {
        var samples = [Double](repeating: 0, count: 8000)
        let frames = try reader.read(into: &samples)
        let expected = DeliveryScene.sound().samples().map { $0 / 2 }
        #expect(frames * 2 == expected.count)
        #expect(zip(samples, expected).allSatisfy { ($0 - $1).magnitude <= tolerance })
    }
}
