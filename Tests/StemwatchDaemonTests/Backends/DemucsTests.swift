// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import BackendKit
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// The Demucs preset against the real program. Run by `scripts/test-demucs`, which installs it and passes its path.
@Suite(
    .enabled(if: ThisProcess.environment("STEMWATCH_DEMUCS") != nil, "run by scripts/test-demucs"), .serialized,
    .timeLimit(.minutes(5)))
struct DemucsTests {
    private let place = FilePath(ThisProcess.environment("STEMWATCH_DEMUCS") ?? "/nonexistent")

    private func bench(_ change: (inout CommandSettings.PresetOptions) -> Void = { _ in }) throws -> BackendBench {
        var options = CommandSettings.PresetOptions()
        options.program = place.appending("venv/bin/demucs").string
        options.model = "tiny"
        options.extraArguments = ["--repo", place.appending("models").string]
        options.environment = ["HF_HUB_OFFLINE": Secret("1")]
        change(&options)
        let command = try CommandSettings.preset(.demucs, options)
        return try BackendBench(.command) { $0.kind = .command(command) }
    }

    @Test(arguments: [AudioFixture.Kind.wav16, .flac24, .mp3])
    func `a song goes in and its stems come out`(_ kind: AudioFixture.Kind) async throws {
        let bench = try bench()
        let backend = try bench.backend()
        let track = try bench.track(Array("-r .hidden.x".utf8), AudioFixture(kind, seconds: 12))
        let job = try await bench.submit(track, to: backend)
        var seen: [Double] = []
        loop: while true {
            switch try await backend.status(of: job) {
            case .running(let fraction): seen += fraction.map { [$0] } ?? []
            case .done(let stems):
                #expect(stems.map(\.name) == StemName.standard)
                for stem in stems {
                    let file = bench.directory("fetched-\(stem.name)")
                    try await backend.fetch(stem, of: job, into: file)
                    let reader = try AudioReader(file)
                    #expect(reader.format == AudioFormat(sampleRate: 44_100, channels: 2, samples: .float(bits: 32)))
                }
                break loop
            case let other:
                Issue.record("\(other)")
                break loop
            }
        }
        #expect(seen.contains { $0 > 0 } && seen == seen.sorted(), "\(seen)")
        try await backend.release(job)
    }

    /// Demucs exits 0 for a file that is cut off, with stems that are too short.
    @Test func `an input that is cut off is detected`() async throws {
        let bench = try bench()
        let backend = try bench.backend()
        var track = try bench.track(Array("Song.wav".utf8), AudioFixture(seconds: 12))
        try track.source.cut(1_000_000)
        track.identity = try #require(try FileIdentity.at(track.source))
        let job = try await bench.submit(track, to: backend)
        guard case .failed(let failure) = try await bench.end(of: job, at: backend) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == .backendBadStems)
        #expect(failure.message.contains("long, and the track 0:12.000"), "\(failure.message)")
        try await backend.release(job)
    }

    @Test func `an input that is not audio fails with Demucs's message`() async throws {
        let bench = try bench()
        let backend = try bench.backend()
        var track = try bench.track()
        try track.source.write("no audio at all")
        track.identity = try #require(try FileIdentity.at(track.source))
        let job = try await bench.submit(track, to: backend)
        guard case .failed(let failure) = try await bench.end(of: job, at: backend) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == .backendFailed)
        #expect(failure.message.hasPrefix("demucs ended with exit status"), "\(failure.message)")
        try await backend.release(job)
    }

    @Test func `vocals and the rest`() async throws {
        let bench = try bench { $0.twoStems = .vocals }
        let backend = try bench.backend()
        var track = try bench.track()
        track.stems = backend.traits.stems
        let job = try await bench.submit(track, to: backend)
        guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
            Issue.record("not done")
            return
        }
        #expect(stems.map(\.name.rawValue) == ["vocals", "instrumental"])
        try await backend.release(job)
    }

    @Test func `the same song gives the same stems, and a release ends it at once`() async throws {
        let bench = try bench()
        let backend = try bench.backend()
        var drums: [[UInt8]] = []
        for name in ["One.wav", "Two.wav"] {
            let job = try await bench.submit(try bench.track(Array(name.utf8)), to: backend)
            guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
                Issue.record("not done")
                return
            }
            try await backend.fetch(stems[1], of: job, into: bench.directory(name + ".drums"))
            drums.append(try bench.directory(name + ".drums").bytes())
            try await backend.release(job)
        }
        #expect(drums[0] == drums[1])

        let job = try await bench.submit(try bench.track(Array("Long".utf8), AudioFixture(seconds: 60)), to: backend)
        while case .running(let fraction) = try await backend.status(of: job), fraction == nil {}
        let begin = ContinuousClock.now
        try await backend.release(job)
        #expect(.now - begin < .seconds(3))
    }
}
