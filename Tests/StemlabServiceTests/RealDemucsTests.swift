// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// Demucs as compute, the real program in its confinement. Run by `scripts/test-demucs`, which installs it and says
/// where it is.
@Suite(
    .enabled(if: ThisProcess.environment("STEMWATCH_DEMUCS") != nil, "run by scripts/test-demucs"), .serialized,
    .timeLimit(.minutes(5)))
struct RealDemucsTests {
    private let place = FilePath(ThisProcess.environment("STEMWATCH_DEMUCS") ?? "/nonexistent")
    private let directory = TemporaryDirectory()

    private func compute(_ change: (inout DemucsSettings) -> Void = { _ in }) throws -> DemucsCompute {
        var settings = DemucsSettings()
        settings.program = place.appending("venv/bin/demucs").string
        settings.model = "tiny"
        settings.models = place.appending("models")
        change(&settings)
        return try DemucsCompute(
            settings, program: BuiltProduct.stemlab, slots: 1, path: "/usr/bin:/bin", guarding: [directory.path])
    }

    private func work(_ fixture: AudioFixture, format: AudioContainer = .wav) throws -> ComputeWork {
        for name in ["in", "out"] { try DurableFiles.makeDirectories(directory(name)) }
        let work = ComputeWork(
            directory: directory.path, stems: StemName.standard, format: format,
            limit: AudioDuration(milliseconds: Int64(fixture.seconds * 1000) + 100))
        fixture.write(to: work.input)
        return work
    }

    private func separates(_ compute: DemucsCompute, _ work: ComputeWork) async throws {
        let shown = Box<[Double]>([])
        let outcome = try await compute.separate(work) { shown.value.append($0) }
        guard case .separated(let length) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(shown.value.contains { (0.01...0.95).contains($0) } && shown.value.last == 1)
        for stem in StemName.standard {
            let reader = try AudioReader(work.path(of: stem))
            #expect(reader.format.sampleRate == 44_100 && reader.format.channels == 2)
            let frames = try #require(try reader.expectedFrames())
            let made = AudioDuration(frames: frames, sampleRate: 44_100)
            #expect(abs(made.milliseconds - length.milliseconds) <= 2)
        }
    }

    @Test(arguments: [
        AudioFixture(.wav16, seconds: 12), AudioFixture(.flac24, seconds: 8, sampleRate: 48_000),
        AudioFixture(.mp3, seconds: 6, channels: 1), AudioFixture(.wavFloat, seconds: 3, sampleRate: 96_000),
        AudioFixture(.wav16, .silence, seconds: 2), AudioFixture(.wav16, seconds: 0.05),
    ])
    func `a song goes in and its stems come out`(fixture: AudioFixture) async throws {
        try await separates(try compute(), try work(fixture))
    }

    @Test func `as FLAC, and on two threads`() async throws {
        try await separates(try compute { $0.threads = 2 }, try work(AudioFixture(seconds: 6), format: .flac))
    }

    @Test func `a model that was downloaded is found, without a network`() async throws {
        let compute = try compute {
            $0.model = "htdemucs"
            $0.models = nil
            $0.cache = place.appending("cache")
        }
        #expect(compute.model == "htdemucs")
        try await separates(compute, try work(AudioFixture(seconds: 3)))
    }

    @Test func `a model that is not there is a fault, and asks no network`() async throws {
        let outcome = try await compute { $0.model = "no-such-model" }.separate(try work(AudioFixture(seconds: 1))) {
            _ in
        }
        guard case .fault("compute.failed", "the separation program ended with status 1", let words?) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(words.contains("no-such-model"))
    }

    @Test func `too little memory is told as that`() async throws {
        let compute = try compute { $0.memoryBytes = 700 << 20 }
        let outcome = try await compute.separate(try work(AudioFixture(seconds: 60))) { _ in }
        guard case .fault("compute.failed", let detail, _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(detail == "the separation program ran out of memory", "\(outcome)")
    }

    @Test func `called off in the middle, it ends at once`() async throws {
        let (compute, work) = (try compute(), try work(AudioFixture(seconds: 120)))
        let (begun, started) = AsyncStream.makeStream(of: Void.self)
        let task = Task { try await compute.separate(work) { if $0 > 0.01 { started.yield() } } }
        for await _ in begun { break }
        let cancelled = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(.now - cancelled < .seconds(2))
    }
}
