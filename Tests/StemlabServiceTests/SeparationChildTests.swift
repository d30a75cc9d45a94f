// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// The real program, confined, on real and on odd audio.
@Suite(.timeLimit(.minutes(3))) struct SeparationChildTests {
    private let directory = TemporaryDirectory()

    private func work(
        _ fixture: AudioFixture, limit: Int64? = nil, format: AudioContainer = .wav
    ) throws -> ComputeWork {
        for name in ["in", "out"] { try DurableFiles.makeDirectory(directory(name)) }
        let work = ComputeWork(
            directory: directory.path, stems: StemName.standard, format: format,
            limit: AudioDuration(milliseconds: limit ?? Int64(fixture.seconds * 1000)))
        fixture.write(to: work.input)
        return work
    }

    private func run(_ work: ComputeWork) async throws -> ComputeOutcome {
        try await BuiltinCompute(program: BuiltProduct.stemlab, slots: 1).separate(work) { _ in }
    }

    @Test(arguments: [AudioFixture.Kind.wav16, .flac24, .mp3, .vorbis])
    func `a song is separated by a confined process, into stems of its length`(kind: AudioFixture.Kind) async throws {
        let work = try work(AudioFixture(kind, seconds: 2), limit: 2100)
        let shown = Box(0.0)
        let compute = BuiltinCompute(program: BuiltProduct.stemlab, slots: 1)
        let outcome = try await compute.separate(work) { shown.value = $0 }
        guard case .separated(let length) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect((2000...2100).contains(length.milliseconds))
        #expect(shown.value > 0.9)
        let stems = try #require(try StemIntake.look(work))
        #expect(stems.map(\.name) == StemName.standard)
        for stem in StemName.standard {
            let reader = try AudioReader(work.path(of: stem))
            #expect(try reader.expectedFrames() ?? 0 >= 88_200)
        }
    }

    @Test func `audio that is a millisecond longer than declared is refused, and as long as declared is not`()
        async throws
    {
        let exact = try work(AudioFixture(.wav16, seconds: 1), limit: 1000)
        #expect(try await run(exact) == .separated(AudioDuration(milliseconds: 1000)))
        var short = exact
        short.limit = AudioDuration(milliseconds: 999)
        try DurableFiles.removeTree(short.output)
        try DurableFiles.makeDirectory(short.output)
        guard case .refused(let code, _) = try await run(short) else {
            Issue.record("it was separated")
            return
        }
        #expect(code == "audio.longer_than_declared")
        #expect(try DirectoryListing.entries(of: short.output).isEmpty)
    }

    @Test func `what is no whole audio is refused with its reason`() async throws {
        let work = try work(AudioFixture(.wav16, seconds: 1))
        try work.input.cut(1000)
        guard case .refused("audio.incomplete", let detail) = try await run(work) else {
            Issue.record("a truncated file was taken")
            return
        }
        #expect(detail.contains("upload"))
        try work.input.write("this is a letter, and no song")
        guard case .refused("audio.not_audio", _) = try await run(work) else {
            Issue.record("a letter was taken")
            return
        }
        try work.input.write([])
        guard case .refused("audio.incomplete", _) = try await run(work) else {
            Issue.record("an empty file was taken")
            return
        }
    }

    @Test func `a process that is called off ends, and nothing of it runs on`() async throws {
        let work = try work(AudioFixture(.wav16, seconds: 60))
        let (begun, started) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await BuiltinCompute(program: BuiltProduct.stemlab, slots: 1).separate(work) { _ in started.yield() }
        }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a program that dies, or says nothing, is a fault of ours`() async throws {
        let work = try work(AudioFixture(.wav16, seconds: 1))
        for program in ["/bin/true", "/bin/false"] {
            let compute = BuiltinCompute(program: FilePath(program), slots: 1)
            guard case .fault("compute.failed", _, nil) = try await compute.separate(work, progress: { _ in }) else {
                Issue.record("\(program) separated it")
                return
            }
        }
    }

    @Test func `too little memory ends the process, not the service`() throws {
        let work = try work(AudioFixture(.wav16, seconds: 1))
        let outcome = try child(work, memory: 64 << 20, processorTime: 60, fileSize: 1 << 30)
        guard case .fault("compute.failed", let detail, nil) = outcome, detail.contains("was ended by signal") else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func `too large a file, and too much processor time, end the process`() throws {
        let large = try work(AudioFixture(.wav16, seconds: 1))
        // SIGXFSZ is 25.
        #expect(
            try child(large, memory: 2 << 30, processorTime: 60, fileSize: 10_000)
                == .fault(code: "compute.failed", detail: "the separation was ended by signal 25"))
        for name in ["in", "out"] { try DurableFiles.removeTree(directory(name)) }
        let long = try work(AudioFixture(.wav16, seconds: 180))
        #expect(
            try child(long, memory: 2 << 30, processorTime: 1, fileSize: 1 << 30)
                == .fault(code: "compute.timeout", detail: "it took too much processor time"))
    }

    private func child(
        _ work: ComputeWork, memory: UInt64, processorTime: UInt64, fileSize: UInt64
    ) throws -> ComputeOutcome {
        let stop = try StopPipe()
        let arguments = [
            "separate", "--directory", work.directory.string, "--stems", "vocals", "--format", "wav",
            "--limit-ms", "\(work.limit.milliseconds)", "--memory", "\(memory)", "--processor-time",
            "\(processorTime)", "--file-size", "\(fileSize)",
        ]
        return try ChildReport.of(
            BuiltProduct.stemlab, arguments.map { Array($0.utf8) }, timeLimit: .seconds(60), stop: stop.reader
        ) { _ in }
    }

    @Test func `a process that takes too long is ended`() throws {
        let stop = try StopPipe()
        let outcome = try ChildReport.of(
            "/bin/sleep", [Array("600".utf8)], timeLimit: .milliseconds(100), stop: stop.reader
        ) { _ in }
        #expect(outcome == .fault(code: "compute.timeout", detail: "it took too long"))
    }
}

@Suite struct ChildReportTests {
    private func report(_ text: String) -> ChildReport {
        var report = ChildReport()
        report.read(text.utf8)
        return report
    }

    @Test func `what a process says in good form is understood`() {
        #expect(report("progress 0.42\n").progress == 0.42)
        #expect(report("progress 0.5\nprogress 0.4\n").progress == 0.5)
        #expect(report("decoded 213000\n").outcome == .separated(AudioDuration(milliseconds: 213_000)))
        #expect(
            report("refused audio.broken upload is damaged\n").outcome
                == .refused(code: "audio.broken", detail: "upload is damaged"))
        #expect(
            report("fault no room here\n").outcome == .fault(code: "compute.failed", detail: "no room here"))
    }

    @Test(arguments: [
        "decoded -1\n", "decoded 1", "decoded x\n", "decoded 9223372036854775808\n", "refused minutes.free all yours\n",
        "refused audio. x\n", "refused audio.Broken x\n", "refused audio.broken\n", "\n", "separated 5\n",
        "refused audio.\(String(repeating: "x", count: 60)) y\n",
        "refused audio.broken \(String(repeating: "x", count: 3000))\n",
    ])
    func `Threat: what makes no sense is passed over`(text: String) { #expect(report(text).outcome == nil) }

    @Test func `Threat: a sentence of a process is one line, and bounded`() throws {
        let said = report("refused audio.broken \u{1B}[2Jred\r \(String(repeating: "y", count: 1000))\n").outcome
        guard case .refused(_, let detail) = said else {
            Issue.record("not understood")
            return
        }
        #expect(detail.count <= 400 && detail.unicodeScalars.allSatisfy { $0.value >= 32 })
    }
}
