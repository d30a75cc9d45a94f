// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import BackendKit
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Tests only for backends that run a local program: crashes of either side, programs that fail, and how they end.
@Suite(.timeLimit(.minutes(5)))
struct LocalBackendTests {
    static let local: [BackendBench.Kind] = [.command, .billed]

    // MARK: - Crashes

    @Test(arguments: local)
    func `a daemon that was killed finds its work running`(_ kind: BackendBench.Kind) async throws {
        let bench = try BackendBench(kind, "gated")
        let track = try bench.track()
        let job = try await bench.submit(track, to: try bench.backend())
        _ = try await bench.untilAtLatch()

        let next = try bench.backend()
        guard case .running = try await next.status(of: job) else {
            Issue.record("not running")
            return
        }
        #expect(try await bench.submit(track, to: next, from: bench.saved.last) == job)
        try await bench.openLatch()
        guard case .done = try await bench.end(of: job, at: next) else {
            Issue.record("not done")
            return
        }
        #expect(try await bench.starts() == 1)
        try await next.release(job)
    }

    @Test func `free work whose supervisor was killed is gone, and starts again`() async throws {
        let bench = try BackendBench(.command, "family")
        let backend = try bench.backend()
        let track = try bench.track()
        let job = try await bench.submit(track, to: backend)
        let grandchild = try await bench.processAtLatch()
        try await bench.killSupervisor(of: track)
        guard case .gone = try await backend.status(of: job) else {
            Issue.record("not gone")
            return
        }

        #expect(try await bench.submit(track, to: backend, from: bench.saved.last) == job)
        #expect(try grandchild.waitForEnd(atMost: .seconds(20)), "the first run goes on beside the second")
        _ = try await bench.untilAtLatch()
        #expect(try await bench.starts() == 2)
        try await backend.release(job)
    }

    /// Nothing is paid twice.
    @Test func `billed work whose supervisor was killed waits for a person`() async throws {
        let bench = try BackendBench(.billed, "gated")
        let backend = try bench.backend()
        let track = try bench.track()
        let job = try await bench.submit(track, to: backend)
        _ = try await bench.untilAtLatch()
        try await bench.killSupervisor(of: track)
        let checkpoint = try #require(bench.saved.last)

        guard case .failed(let failure) = try await backend.status(of: job) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == .backendOutcomeUnknown)
        #expect(failure.remedy == .hold(until: .person))
        let refusal = await #expect(throws: Failure.self) {
            try await bench.submit(track, to: backend, from: checkpoint)
        }
        #expect(refusal == failure)
        try DurableFiles.removeTree(bench.work(of: track))
        let lost = await #expect(throws: Failure.self) { try await bench.submit(track, to: backend, from: checkpoint) }
        #expect(lost?.code == .backendOutcomeUnknown, "a work directory that was removed is no proof either")
        #expect(try await bench.starts() == 1)

        // A person decided: the checkpoint is removed.
        #expect(try await bench.submit(track, to: backend) == job)
        _ = try await bench.untilAtLatch()
        #expect(try await bench.starts() == 2)
        try await backend.release(job)
    }

    // MARK: - Endings

    @Test func `free work is ended with the daemon and starts again`() async throws {
        let bench = try BackendBench(.command, "gated")
        let backend = try bench.backend()
        let track = try bench.track()
        let job = try await bench.submit(track, to: backend)
        let program = try await bench.processAtLatch()
        let asking = Task {
            while !Task.isCancelled { _ = try await backend.status(of: job) }
            return try await backend.status(of: job)
        }
        asking.cancel()
        _ = try await asking.value
        #expect(try program.waitForEnd(atMost: .seconds(20)))
        guard case .gone = try await bench.end(of: job, at: backend) else {
            Issue.record("not gone")
            return
        }
        #expect(try await bench.submit(track, to: backend, from: bench.saved.last) == job)
        _ = try await bench.untilAtLatch()
        try await backend.release(job)
    }

    @Test func `billed work goes on without the daemon`() async throws {
        let bench = try BackendBench(.billed, "gated")
        let job = try await bench.submit(try bench.track(), to: try bench.backend())
        _ = try await bench.untilAtLatch()
        let backend = try bench.backend()
        let asking = Task { try await backend.status(of: job) }
        asking.cancel()
        guard case .running = try await asking.value else {
            Issue.record("not running")
            return
        }
        try await bench.openLatch()
        let next = try bench.backend()
        guard case .done = try await bench.end(of: job, at: next) else {
            Issue.record("not done")
            return
        }
        #expect(try await bench.starts() == 1)
        try await next.release(job)
    }

    @Test(arguments: ["gated", "stubborn", "family"])
    func `a release ends every process of the run`(_ behaviour: String) async throws {
        let bench = try BackendBench(.billed, behaviour)
        let backend = try bench.backend()
        let job = try await bench.submit(try bench.track(), to: backend)
        let program = try await bench.processAtLatch()
        try await backend.release(job)
        #expect(try program.waitForEnd(atMost: .zero))
        #expect(try DirectoryListing.entries(of: bench.workArea.path).isEmpty)
    }

    @Test func `work whose directory is removed under it ends, and its supervisor with it`() async throws {
        let bench = try BackendBench(.billed, "gated")
        let backend = try bench.backend()
        let track = try bench.track()
        _ = try await bench.submit(track, to: backend)
        let program = try await bench.processAtLatch()
        let work = bench.work(of: track)
        let supervisor = try await BlockingPool.shared.run { () throws(Failure) in
            try FileLock.holder(of: work.appending("lock"))
        }
        try DurableFiles.removeTree(work)
        #expect(
            try await BlockingPool.shared.run { () throws(Failure) in
                try program.waitForEnd(atMost: .seconds(30))
            })
        #expect(
            try await BlockingPool.shared.run { () throws(Failure) in
                try supervisor?.waitForEnd(atMost: .seconds(30))
            } == true)
    }

    @Test func `a program that takes too long is ended`() async throws {
        let bench = try BackendBench(.command, "endless") { $0.timeout = .milliseconds(200) }
        let backend = try bench.backend()
        let job = try await bench.submit(try bench.track(), to: backend)
        guard case .failed(let failure) = try await bench.end(of: job, at: backend) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.code == .backendTimeout)
        #expect(failure.remedy == .retry(after: nil))
        try await backend.release(job)
    }

    @Test func `a sweep removes the files of finished jobs, and nothing else`() async throws {
        let bench = try BackendBench(.command, "gated")
        let backend = try bench.backend()
        let (kept, over) = (try bench.track(), try bench.track(Array("Other.wav".utf8)))
        let job = try await bench.submit(kept, to: backend)
        _ = try await bench.untilAtLatch()
        _ = try await bench.submit(over, to: backend)
        _ = try await bench.untilAtLatch()
        bench.workArea.path.appending("a note").makeDirectory()

        try await bench.workArea.sweep(keeping: [kept.job])
        let left = try DirectoryListing.entries(of: bench.workArea.path).map(\.name.string)
        #expect(Set(left) == [kept.job.rawValue, "a note"])
        guard case .running = try await backend.status(of: job) else {
            Issue.record("not running")
            return
        }
        try await backend.release(job)
    }

    // MARK: - Programs that go wrong

    struct Wrong: CustomTestStringConvertible {
        var behaviour: String
        var code: FailureCode
        var says: String
        var testDescription: String { behaviour }
    }

    static let wrong = [
        Wrong(
            behaviour: "complaining", code: .backendFailed,
            says: "sh ended with exit status 3: loading the model | RuntimeError: no such model"),
        Wrong(behaviour: "killed", code: .backendFailed, says: "sh was killed (signal 9)"),
        Wrong(behaviour: "none", code: .backendBadStems, says: "the stem vocals is missing: there is no vocals.wav"),
        Wrong(behaviour: "few", code: .backendBadStems, says: "the stem other is missing"),
        Wrong(
            behaviour: "short", code: .backendBadStems, says: "the stem other is 0:00.500 long, and the track 0:01.500"),
        Wrong(behaviour: "linked", code: .backendBadStems, says: "the stem other is not a regular file"),
        Wrong(behaviour: "broken", code: .backendBadStems, says: "the stem other cannot be read"),
    ]

    @Test(arguments: wrong)
    func `a program that fails is detected`(_ wrong: Wrong) async throws {
        for kind in Self.local {
            let bench = try BackendBench(kind, wrong.behaviour)
            let backend = try bench.backend()
            let track = try bench.track()
            let job = try await bench.submit(track, to: backend)
            guard case .failed(let failure) = try await bench.end(of: job, at: backend) else {
                Issue.record("not failed")
                return
            }
            #expect(failure.code == wrong.code)
            #expect(failure.message.contains(wrong.says), "\(failure.message)")
            #expect(failure.remedy == (kind == .billed ? .hold(until: .person) : .retry(after: nil)))

            // Free work is tried again; work that may have been paid for is not.
            let checkpoint = bench.saved.last
            if kind == .billed {
                await #expect(throws: failure) { try await bench.submit(track, to: backend, from: checkpoint) }
            } else {
                #expect(try await bench.submit(track, to: backend, from: checkpoint) == job)
                _ = try await bench.end(of: job, at: backend)
            }
            #expect(try await bench.starts() == (kind == .billed ? 1 : 2))
            try await backend.release(job)
        }
    }

    @Test func `a program may write into its input, and the source stays as it was`() async throws {
        let bench = try BackendBench(.command, "scribbling")
        let backend = try bench.backend()
        let track = try bench.track()
        let before = try track.source.bytes()
        let job = try await bench.submit(track, to: backend)
        guard case .done = try await bench.end(of: job, at: backend) else {
            Issue.record("not done")
            return
        }
        #expect(try track.source.bytes() == before)
        #expect(try FileIdentity.at(track.source) == track.identity)
        try await backend.release(job)
    }

    /// Secrets reach no message, and nothing of the daemon's own environment reaches a program.
    @Test func `a program gets a small environment, and its secrets are not repeated`() async throws {
        func bench(_ behaviour: String) throws -> BackendBench {
            try BackendBench(.command, behaviour) { settings in
                guard case .command(var command) = settings.kind else { return }
                command.environment = ["TOKEN": Secret("hunter2hunter2")]
                settings.kind = .command(command)
            }
        }
        let looking = try bench("environment")
        let backend = try looking.backend()
        let job = try await looking.submit(try looking.track(), to: backend)
        _ = try await looking.end(of: job, at: backend)
        let lines = try looking.directory("environment").bytes().split(separator: 10)
        let names = Set(lines.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self) })
        let shells: Set = ["PWD", "OLDPWD", "SHLVL", "_"]
        #expect(
            names.subtracting(shells).isSubset(of: [
                "PATH", "LANG", "TMPDIR", "HOME", "USER", "LOGNAME", "TOKEN", "STEMWATCH_JOB",
            ]))
        #expect(names.contains("TOKEN"))
        try await backend.release(job)

        let telling = try bench("telling")
        let other = try telling.backend()
        let submitted = try await telling.submit(try telling.track(), to: other)
        guard case .failed(let failure) = try await telling.end(of: submitted, at: other) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.message.hasSuffix("the token is <redacted>"))
        let work = try #require(try DirectoryListing.entries(of: telling.workArea.path).first?.name)
        #expect(try telling.workArea.path.appending(work).appending("log").text() == "the token is <redacted>\n")
        try await other.release(submitted)
    }

    // MARK: - Progress and stems

    @Test func `progress is what the program reports`() async throws {
        let bench = try BackendBench(.command, "progressing")
        let backend = try bench.backend()
        let job = try await bench.submit(try bench.track(), to: backend)
        _ = try await bench.untilAtLatch()
        var seen: Double?
        while seen == nil, case .running(let fraction) = try await backend.status(of: job) { seen = fraction }
        #expect(seen == 0.25)
        try await backend.release(job)
    }

    @Test func `a stem can be fetched repeatedly, from inside the output directory only`() async throws {
        let bench = try BackendBench(.command)
        let backend = try bench.backend()
        let job = try await bench.submit(try bench.track(), to: backend)
        guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
            Issue.record("not done")
            return
        }
        for _ in 0..<2 {
            try await backend.fetch(stems[0], of: job, into: bench.directory("fetched"))
            #expect(try bench.directory("fetched").bytes() == bench.directory("Song.wav").bytes())
            try DurableFiles.removeTree(bench.directory("fetched"))
        }
        for location in ["../task", "/etc/hostname", "", ".", "nothing.wav"] {
            let stem = RemoteStem(name: .vocals, location: location)
            let failure = await #expect(throws: Failure.self) {
                try await backend.fetch(stem, of: job, into: bench.directory("fetched"))
            }
            #expect(failure?.code == .backendBadStems)
        }
        try await backend.release(job)
    }

    @Test func `a stem that the backend does not make is reported`() async throws {
        let bench = try BackendBench(.command)
        var track = try bench.track()
        track.stems = [.vocals, try #require(StemName(rawValue: "piano"))]
        let frozen = track
        let failure = await #expect(throws: Failure.self) { try await bench.submit(frozen, to: try bench.backend()) }
        #expect(failure?.message == "the backend command makes no stem piano")
    }

    @Test func `a missing program is reported before anything is saved`() async throws {
        for name in ["stemwatch-no-such-program", "/nowhere/at/all"] {
            let bench = try BackendBench(.command) { settings in
                guard case .command(var command) = settings.kind else { return }
                command.arguments[0] = name
                settings.kind = .command(command)
            }
            let track = try bench.track()
            let failure = await #expect(throws: Failure.self) { try await bench.submit(track, to: try bench.backend()) }
            #expect(failure?.code == .backendProgramMissing)
            #expect(failure?.remedy == .hold(until: .surroundings))
            #expect(bench.saved.isEmpty)
        }
    }
}
