// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// Demucs as compute, with a program that behaves as Demucs does, or as it should not (``DemucsDouble``).
@Suite(.timeLimit(.minutes(3))) struct DemucsComputeTests {
    private let directory = TemporaryDirectory()

    private func compute(
        _ model: String, _ change: (inout DemucsSettings) -> Void = { _ in }
    ) async throws -> DemucsCompute {
        try DurableFiles.makeDirectories(directory("program"))
        try directory("secret").write("a secret")
        var settings = DemucsSettings()
        settings.program = try await DemucsDouble.make(in: directory("program")).string
        settings.model = model
        change(&settings)
        return try DemucsCompute(
            settings, program: BuiltProduct.stemlab, slots: 1, path: "/usr/bin:/bin", guarding: [directory("job")])
    }

    private func work(
        _ fixture: AudioFixture = AudioFixture(seconds: 1), limit: Int64? = nil, format: AudioContainer = .wav,
        stems: [StemName] = StemName.standard
    ) throws -> ComputeWork {
        for name in ["in", "out"] { try DurableFiles.makeDirectories(directory("job").appending(name)) }
        let work = ComputeWork(
            directory: directory("job"), stems: stems, format: format,
            limit: AudioDuration(milliseconds: limit ?? Int64(fixture.seconds * 1000)))
        fixture.write(to: work.input)
        return work
    }

    @Test(arguments: [AudioFixture.Kind.wav16, .flac24, .mp3, .wavFloat], AudioContainer.allCases)
    func `a song becomes stems of its length, in the format that was asked for`(
        kind: AudioFixture.Kind, format: AudioContainer
    ) async throws {
        let compute = try await compute("good")
        #expect(compute.model == "good" && compute.stems == StemName.standard)
        let work = try work(AudioFixture(kind, seconds: 2), limit: 2100, format: format)
        let shown = Box(0.0)
        let outcome = try await compute.separate(work) { shown.value = $0 }
        guard case .separated(let length) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect((2000...2100).contains(length.milliseconds))
        #expect(shown.value == 1)
        #expect(try #require(try StemIntake.look(work)).map(\.name) == StemName.standard)
        for stem in StemName.standard {
            let reader = try AudioReader(work.path(of: stem))
            let samples: AudioFormat.Samples = format == .wav ? .float(bits: 32) : .integer(bits: 24)
            #expect(reader.format == AudioFormat(sampleRate: 44_100, channels: 2, samples: samples))
            #expect(AudioDuration(frames: try reader.expectedFrames() ?? 0, sampleRate: 44_100) == length)
        }
    }

    @Test func `only the stems that are asked for are kept`() async throws {
        let work = try work(stems: [.bass])
        #expect(try await compute("good").separate(work) { _ in } == .separated(AudioDuration(milliseconds: 1000)))
        #expect(try DirectoryListing.entries(of: work.output).map(\.name) == ["bass.wav"])
    }

    @Test(arguments: [
        ("none", "it made no stems"), ("three", "it made no stem drums"), ("more", "more than the stems of its model"),
        ("short", "its stem vocals is 0:00.50"), ("noise", "its stem vocals cannot be decoded"),
        ("odd", "its stem vocals has samples that are no sound"),
    ])
    func `an end without an error is not believed`(model: String, reason: String) async throws {
        let outcome = try await compute(model).separate(try work()) { _ in }
        guard case .fault("compute.failed", let detail, _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(detail.hasPrefix("the separation program ended without an error, but") && detail.contains(reason))
    }

    @Test func `an upload that is no whole song, or longer than declared, never comes to Demucs`() async throws {
        let compute = try await compute("fails")
        let work = try work(limit: 999)
        guard case .refused("audio.longer_than_declared", _) = try await compute.separate(work, progress: { _ in })
        else {
            Issue.record("it was taken")
            return
        }
        try work.input.cut(1000)
        guard case .refused("audio.incomplete", _) = try await compute.separate(work, progress: { _ in }) else {
            Issue.record("a truncated file was taken")
            return
        }
        AudioFixture(seconds: 0.5, channels: 3).write(to: work.input)
        guard case .refused("audio.channels", _) = try await compute.separate(work, progress: { _ in }) else {
            Issue.record("three channels were taken")
            return
        }
    }

    @Test func `Threat: what Demucs is given has no byte of the upload but its sound`() async throws {
        let work = try work(AudioFixture(.flac16, seconds: 1))
        _ = try await compute("good").separate(work) { _ in }
        let reader = try AudioReader(work.mix)
        #expect(reader.format == AudioFormat(sampleRate: 44_100, channels: 2, samples: .float(bits: 32)))
        // RIFF, fmt, fact and data, and nothing else.
        #expect(try FileStatus.at(work.mix)?.identity.size ?? 0 <= 44_100 * 8 + 128)
    }

    @Test(.enabled(if: Sandbox.confinesFiles, "this kernel has no Landlock"))
    func `Threat: Demucs reaches no network, no process, no secret and no file but its own`() async throws {
        let compute = try await compute("nosy")
        let outcome = try await compute.separate(try work()) { _ in }
        #expect(outcome == .separated(AudioDuration(milliseconds: 1000)))
        // The same program, not confined, can do all of that: otherwise it would show nothing.
        try await Shell.run(
            """
            mkdir plain plain/tmp && cd plain && touch song
            if "$1" -n nosy -o out --filename '{stem}.{ext}' song 2>said; then exit 9; fi
            words="secret list write installation song /etc parent network process signal link memory environment"
            for word in $words; do
                grep -q "$word" said || { cat said >&2; exit 8; }
            done
            """, [directory("program/bin/demucs")], in: directory.path
        ).requireSuccess()
    }

    @Test func `what Demucs said at last is for the log, without paths, and not for the owner`() async throws {
        #expect(
            try await compute("fails").separate(try work()) { _ in }
                == .fault(
                    code: "compute.failed", detail: "the separation program ended with status 1",
                    words: "Traceback | LoadAudioError: … is bad"))
    }

    @Test func `memory has a bound`() async throws {
        #expect(
            try await compute("greedy") { $0.memoryBytes = 1 << 30 }.separate(try work()) { _ in }
                == .fault(
                    code: "compute.failed", detail: "the separation program ran out of memory",
                    words: "MemoryError after 768 MiB"))
    }

    @Test func `time has a bound`() async throws {
        #expect(
            try await compute("hangs") { $0.timeout = .seconds(1) }.separate(try work()) { _ in }
                == .fault(code: "compute.timeout", detail: "it took too long"))
    }

    @Test func `a separation that is called off ends, and nothing of it runs on`() async throws {
        let compute = try await compute("hangs")
        let work = try work()
        let (begun, started) = AsyncStream.makeStream(of: Void.self)
        let task = Task { try await compute.separate(work) { _ in started.yield() } }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try !running(directory("program").string))
    }

    @Test func `Demucs dies with the service, also when that is killed`() async throws {
        let program = try await DemucsDouble.make(in: directory.path)
        let work = try work()
        try DurableFiles.makeDirectories(work.home)
        let sandbox = Sandbox(
            places: try SystemPlaces.all() + [.init(directory.path, .run), .init(work.home, .make)], addressSpace: nil,
            processorTime: 60, fileSize: 1 << 30)
        let arguments = ["-n", "hangs", "-o", "stems"] + DemucsModel.naming + ["--", work.input.string]
        // The kernel looks at the thread that started it, and this one ends as soon as it has nothing more to do.
        let handle = try await BlockingPool(threads: 1, idleLimit: .zero).run { () throws(Failure) -> ProcessHandle? in
            let (reader, writer) = try Pipe.open()
            defer { reader.closeQuietly() }
            var launch = ChildProcess.Launch(
                program: BuiltProduct.stemlab,
                arguments: [Children.name] + ConfinedProgram.arguments(sandbox, program, arguments), environment: [:])
            launch.directory = work.home
            launch.output = writer
            launch.diesWithParent = true
            let started: Result<ChildProcess, Errno> = Result { () throws(Errno) in try ChildProcess.start(launch) }
            writer.closeQuietly()
            guard case .success(let child) = started else { return nil }
            var output = ProgramOutput(passes: 1)
            while output.progress.fraction == nil {
                _ = try Readiness.wait(for: [reader])
                // At its end: it did not come that far.
                guard let bytes = try Pipe.drain(reader) else { return nil }
                output.read(bytes)
            }
            return try ProcessHandle(child.id)
        }
        let process = try #require(handle)
        #expect(try process.waitForEnd(atMost: .seconds(30)))
        // One that goes on would do so for ever.
        try process.send(.kill)
    }

    /// Whether a process was started with this text in its arguments.
    private func running(_ text: String) throws -> Bool {
        for entry in try DirectoryListing.entries(of: "/proc") where Int32(entry.name.string) != nil {
            let line = try? SmallFile.read(
                FilePath("/proc").appending(entry.name).appending("cmdline"), atMost: 1 << 16)
            if let line, String(decoding: line, as: UTF8.self).contains(text) { return true }
        }
        return false
    }

    @Test func `a program that cannot be executed is a fault that says so`() async throws {
        let compute = try await compute("good")
        let work = try work()
        // Replaced since the start by what no kernel executes.
        try directory("program/bin/demucs").write("\0\0\0\0")
        guard
            case .fault("compute.failed", let detail, let words?) = try await compute.separate(work, progress: { _ in })
        else {
            Issue.record("it was executed")
            return
        }
        #expect(detail == "the separation program could not be started")
        #expect(words.hasPrefix("stemlab: executing … failed"))
    }

    @Test func `a program that is not there, or lies where it would see too much, is refused at the start`()
        async throws
    {
        var settings = DemucsSettings()
        settings.program = "/nonexistent/demucs"
        func refusal(_ settings: DemucsSettings, _ guarded: FilePath = "/var/lib/stemlab") -> Failure? {
            do throws(Failure) {
                _ = try DemucsCompute(
                    settings, program: "/usr/bin/stemlab", slots: 1, path: "/usr/bin", guarding: [guarded])
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(settings)?.code == .configInvalid)
        #expect(
            refusal(settings)?.message
                == "separation.demucs.program: /nonexistent/demucs is not there, or may not be run")
        settings.program = "no-such-program"
        #expect(refusal(settings)?.message.contains("no-such-program is not there") == true)

        try DurableFiles.makeDirectories(directory("program"))
        settings.program = try await DemucsDouble.make(in: directory("program")).string
        #expect(refusal(settings) == nil)
        #expect(refusal(settings, directory("program/state"))?.message.contains("would be let into") == true)
        settings.readable = [directory.path.removingLastComponent()]
        #expect(
            refusal(settings, directory("state"))?.message.hasPrefix(
                "separation.demucs.readable: Demucs would be let into")
                == true)
        settings.readable = []
        settings.models = directory("models")
        #expect(refusal(settings)?.message.contains("separation.demucs.models") == true)
    }

    @Test func `a script brings its interpreter's installation along`() async throws {
        try await Shell.run(
            """
            mkdir -p venv/bin python/bin
            printf '#!/bin/sh\n' >python/bin/python3
            ln -s "$PWD/python/bin/python3" venv/bin/python
            printf '#!%s/venv/bin/python -I\n' "$PWD" >venv/bin/demucs
            chmod +x python/bin/python3 venv/bin/demucs
            ln -s venv/bin/demucs demucs
            """, in: directory.path
        ).requireSuccess()
        let found = try #require(try InstalledProgram.find(directory("demucs").string, in: ""))
        let root = try #require(directory.path.resolved)
        #expect(found.program == root.appending("venv/bin/demucs"))
        #expect(found.installation == [root.appending("venv"), root.appending("python")])
    }
}
