// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Which stems are delivered, which with a warning, and which not at all.
@Suite struct StemVerdictTests {
    let scene: DeliveryScene

    init() throws { scene = try DeliveryScene() }

    /// One of four stems, made wrong.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What the message must name.
        var says: String
        var spoil: @Sendable (FilePath) throws -> Void

        init(_ description: String, says: String, _ spoil: @escaping @Sendable (FilePath) throws -> Void) {
            testDescription = description
            self.says = says
            self.spoil = spoil
        }

        static func sound(_ change: (inout AudioFixture) -> Void) -> AudioFixture {
            var sound = DeliveryScene.sound()
            change(&sound)
            return sound
        }
    }

    static let faults: [Fault] = [
        Fault("2 ms short", says: "long") { file in Fault.sound { $0.seconds = 0.198 }.write(to: file) },
        Fault("2 ms long", says: "long") { file in Fault.sound { $0.seconds = 0.202 }.write(to: file) },
        Fault("truncated", says: "long") { try $0.cut(400) },
        Fault("another rate", says: "rate") { file in Fault.sound { $0.sampleRate = 16_000 }.write(to: file) },
        Fault("mono", says: "channels") { file in Fault.sound { $0.channels = 1 }.write(to: file) },
        Fault("missing", says: "is not there") { try FileSystem.remove($0) },
        Fault("empty", says: "cannot be read") { try $0.write([]) },
        Fault("no audio", says: "cannot be read") { try $0.write("<html>quota exceeded</html>") },
        Fault("a link", says: "not a regular file") { file in
            let real = file.removingLastComponent().appending("real")
            try FileSystem.rename(file, to: real)
            try FileSystem.link(to: real, at: file)
        },
        Fault("not a number", says: "not numbers") { file in
            let sound = DeliveryScene.sound(.wavFloat)
            var samples = sound.samples()
            samples[100] = .nan
            sound.write(samples, to: file)
        },
        Fault("infinite", says: "not numbers") { file in
            let sound = DeliveryScene.sound(.wavFloat)
            var samples = sound.samples()
            samples[100] = -.infinity
            sound.write(samples, to: file)
        },
    ]

    /// A backend that succeeds without output has failed.
    @Test(arguments: faults, [true, false])
    func `bad stems are refused, and nothing is shown`(fault: Fault, sumsToMix: Bool) async throws {
        var order = try scene.order(sumsToMix: sumsToMix)
        order.stems = scene.fetch(into: try await scene.delivery().stage(order.job))
        try fault.spoil(order.stems[1].file)
        let refusal = await failure { try await scene.delivery().deliver(order, at: WallTime(milliseconds: 3)) }
        #expect(refusal?.code == .backendBadStems)
        #expect(refusal?.message.contains("drums") == true && refusal?.message.contains(fault.says) == true)
        #expect(try scene.files(below: scene.output).allSatisfy { $0.hasPrefix(".stemwatch") })
    }

    @Test func `missing stems are bad stems`() async throws {
        let order = try scene.order()
        _ = try await scene.delivery().stage(order.job)
        let refusal = await failure { try await scene.delivery().deliver(order, at: WallTime(milliseconds: 3)) }
        #expect(refusal?.code == .backendBadStems)
    }

    private func deliver(
        _ order: DeliveryOrder, as sound: AudioFixture = DeliveryScene.sound(.wavFloat), scaled: Double = 1
    ) async throws -> DeliveryReceipt {
        var order = order
        order.stems = scene.fetch(
            into: try await scene.delivery().stage(order.job), as: sound,
            shares: [(.vocals, 0.5 * scaled), (.other, 0.5 * scaled)])
        return try await scene.delivery().deliver(order, at: WallTime(milliseconds: 3))
    }

    /// The residual of stems that are too loud or too soft by a share is that share, in dB.
    @Test(arguments: [(0.9, -20.0), (0.99, -40.0), (1.001, -60.0), (1.0, StemReport.exact)])
    func `the residual is what the sum lacks`(scale: Double, decibels: Double) async throws {
        let receipt = try await deliver(
            scene.order(as: DeliveryScene.sound(.wavFloat), sumsToMix: false), scaled: scale)
        #expect((receipt.residualDecibels! - decibels).magnitude < 0.01)
        let json = try JSONValue(parsing: receipt.delivered.output.appending("stems.json").bytes())
        #expect((json["residual_db"]!.double! - decibels).magnitude < 0.02)
    }

    @Test func `stems that are promised to sum and do not are refused`() async throws {
        let order = try scene.order(as: DeliveryScene.sound(.wavFloat), sumsToMix: true)
        let refusal = await failure { try await deliver(order, scaled: 0.99) }
        #expect(refusal?.code == .backendBadStems && refusal?.message.contains("-40 dB") == true)
    }

    @Test func `a mono track may have stereo stems, and they are compared`() async throws {
        var mono = DeliveryScene.sound(.wavFloat)
        mono.sound = .sine(hertz: 440)
        var stereo = mono
        mono.channels = 1
        stereo.channels = 2
        let receipt = try await deliver(scene.order(as: mono, sumsToMix: false), as: stereo)
        #expect(receipt.residualDecibels == StemReport.exact)
        #expect(receipt.warnings == ["the stems have 2 channels, and the track 1"])
        let refusal = await failure { try await deliver(scene.order(2, "b.wav", as: mono), as: stereo) }
        #expect(refusal?.code == .backendBadStems, "who promises the sum keeps the channels")
    }

    @Test func `a model's own rate is a warning, where no sum is promised`() async throws {
        var other = DeliveryScene.sound(.wavFloat)
        other.sampleRate = 16_000
        let receipt = try await deliver(scene.order(sumsToMix: false), as: other)
        #expect(receipt.warnings == ["the stems are at 16000 Hz, and the track at 8000 Hz"])
        #expect(receipt.residualDecibels == nil)
        let refusal = await failure { try await deliver(scene.order(2, "b.wav"), as: other) }
        #expect(refusal?.code == .backendBadStems)
    }

    @Test func `a lossy track's stems may differ by its codec's delay, and no more`() async throws {
        var order = try scene.order(sumsToMix: false)
        order.facts.format.samples = .lossy
        order.facts.frames += 1105
        let receipt = try await deliver(order)
        #expect(receipt.warnings.count == 1)
        order = try scene.order(2, sumsToMix: false)
        order.facts.format.samples = .lossy
        order.facts.frames += 4000
        #expect(await failure { try await deliver(order) }?.code == .backendBadStems)
    }

    @Test func `silence where there was sound is a warning`() async throws {
        let receipt = try await deliver(scene.order(sumsToMix: false), scaled: 0)
        #expect(receipt.warnings == ["all stems are silent, and the track is not"])
    }

    /// The stems are paid for: they must not be lost when the song was removed meanwhile.
    @Test(arguments: [true, false]) func `a source that changed or was removed is not compared`(isGone: Bool)
        async throws
    {
        let order = try scene.order()
        if isGone { try FileSystem.remove(order.source) } else { try order.source.append([0]) }
        let receipt = try await deliver(order)
        #expect(receipt.residualDecibels == nil)
        #expect(receipt.warnings.count == 1)
        #expect(receipt.warnings.first?.contains(isGone ? "the track is no longer there" : "the track changed") == true)
    }
}
