// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import TestKit
import Testing

@testable import StemwatchDaemon

@Suite(.timeLimit(.minutes(5))) struct EngineTests {
    /// An act, and the event that must be on disk before it.
    static let order = [
        ("found is reported", after: "found"), ("submit", after: "submitting"),
        ("its checkpoint is saved", after: "checkpoint"),
        ("status", after: "submitted"), ("fetch", after: "returning"), ("the source is gone", after: "delivered"),
        ("release", after: "disposed"),
    ]

    @Test func `nothing is done before the decision is on disk`() async throws {
        let scene = try EngineScene { _, folder in folder.delivery.source = .delete }
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(1))])
            scene.acts.append("found is reported")
            try await scene.until("released is on disk")
            try await scene.until("the source is gone")
        }
        for (act, event) in Self.order {
            #expect(scene.happened(act, after: "\(event) is on disk"), "\(act): \(scene.acts.lines)")
        }
    }

    @Test func `a file that settling refuses is rejected, and is in the ledger`() async throws {
        let scene = try EngineScene()
        try await scene.running { engine in
            let file = try scene.song(1)
            let failure = Failure(.audioIncomplete, "1.wav declares more than it holds", remedy: .reject)
            try await engine.filesSettled([.refused(file, failure)])
            #expect(scene.acts.lines.contains("rejected is on disk"))
            #expect(await engine.book.job(at: file.key)?.ending == .rejected(failure))
        }
    }

    @Test func `the same audio is submitted once, at the same time and later`() async throws {
        let scene = try EngineScene { configuration, _ in
            for name in configuration.backends.keys { configuration.backends[name]?.slots = 2 }
        }
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(1)), .settled(scene.song(1, as: "its copy.wav"))])
            try await scene.until("released is on disk", count: 2)
            try await engine.filesSettled([.settled(scene.song(1, as: "again.wav"))])
            try await scene.until("released is on disk", count: 3)
        }
        #expect(scene.acts.lines.count { $0 == "submit" } == 1)
    }

    static let unknowns: [RemoteStatus] = [
        .gone, .failed(Failure(.backendOutcomeUnknown, "nobody knows", remedy: .hold(until: .person))),
    ]

    @Test(arguments: unknowns)
    func `work that may have been paid for waits for a person, and its minutes stay spent`(_ answer: RemoteStatus)
        async throws
    {
        let scene = try EngineScene(.billed, answers: [answer])
        try await scene.running { engine in
            let file = try scene.song(1)
            try await engine.filesSettled([.settled(file)])
            try await scene.until("held is on disk")
            let job = await engine.book.job(at: file.key)
            #expect(job?.problem?.remedy == .hold(until: .person))
            #expect(job?.reservation != nil)
        }
        #expect(!scene.acts.lines.contains("refunded is on disk"))
    }

    @Test func `a permission to pay again outlives a restart between the retry and the separation`() async throws {
        let scene = try EngineScene(.billed)
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(1))])
            try await scene.until("released is on disk")
        }
        try DurableFiles.removeTree(scene.directory("inbox-stems/1"))
        let again = try scene.song(1, as: "again.wav")
        try await scene.running { engine in
            try await engine.filesSettled([.settled(again)])
            try await scene.until("held is on disk")
            let job = try #require(await engine.book.job(at: again.key))
            #expect(job.problem?.code == .duplicateStemsMissing)
            try await engine.pause(nil)
            _ = try await engine.retry(job.id)
        }
        #expect(scene.acts.lines.count { $0 == "submit" } == 1)
        try await scene.running { engine in
            try await engine.resume(nil)
            try await scene.until("released is on disk", count: 2)
            let job = try #require(await engine.book.job(at: again.key))
            #expect(job.delivered?.reusedFrom == nil)
            #expect(!job.repayAllowed)
        }
        #expect(scene.acts.lines.count { $0 == "submit" } == 2)
        #expect(scene.acts.lines.count { $0 == "held is on disk" } == 1)
    }

    @Test func `a song without minutes left today is held until the next day, through a restart`() async throws {
        let scene = try EngineScene { configuration, _ in configuration.limits.perDay = AudioDuration(milliseconds: 300)
        }
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(1))])
            try await scene.until("released is on disk")
            try await engine.filesSettled([.settled(scene.song(2))])
            try await scene.until("held is on disk")
        }
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(3))])
            try await scene.until("held is on disk", count: 2)
            #expect(scene.acts.lines.count { $0 == "submit" } == 1)
            await scene.pass(.seconds(86_400), for: engine)
            try await scene.until("released is on disk", count: 2)
            try await scene.until("held is on disk", count: 3)
            #expect(scene.acts.lines.count { $0 == "submit" } == 2)
        }
    }

    @Test func `an account with enough minutes does not lift the configured limits`() async throws {
        let scene = try EngineScene { configuration, _ in configuration.limits.perDay = AudioDuration(milliseconds: 300)
        }
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(1))])
            try await scene.until("released is on disk")
            try await engine.filesSettled([.settled(scene.song(2))])
            try await scene.until("held is on disk")
            let name = scene.backend.traits.name
            for available in [nil, AudioDuration(milliseconds: 60_000)] {
                #expect(try await engine.recheck(name, available: available) == 0)
            }
            #expect(!scene.acts.lines.contains("resumed is on disk"))
            let unknown = await #expect(throws: Failure.self) {
                try await engine.recheck(BackendName(rawValue: "another"), available: nil)
            }
            #expect(unknown?.code == .backendUnknown)
        }
    }

    @Test func `a failed attempt gives its minutes back`() async throws {
        let failure = Failure(.backendFailed, "it came to nothing", remedy: .retry(after: nil))
        let scene = try EngineScene(answers: [.failed(failure), .failed(failure)]) { configuration, _ in
            configuration.limits.perDay = AudioDuration(milliseconds: 300)
        }
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(1))])
            try await scene.until("released is on disk")
        }
        #expect(scene.acts.lines.count { $0 == "refunded is on disk" } == 2)
        #expect(scene.acts.lines.count { $0 == "submit" } == 3)
    }

    @Test func `the service manager's line shows the current steps, and no finished one`() async throws {
        let scene = try EngineScene(answers: [.running(fraction: 0.25)])
        try await scene.running { engine in
            scene.backend.pause(at: "status", count: 2)
            try await engine.filesSettled([.settled(scene.song(1))])
            try await scene.until("status", count: 2)
            #expect(await engine.oneLine() == "1 running (separating 25 %), 0 queued, 0 need attention")
            scene.backend.goOn()
            try await scene.until("released is on disk")
        }
    }

    @Test func `nothing new begins while the ledger cannot be written`() async throws {
        let scene = try EngineScene()
        try await scene.running { engine in
            await engine.ledgerTrouble(Failure(.ledgerFull, "no room", remedy: .hold(until: .surroundings)))
            try await engine.filesSettled([.settled(scene.song(1))])
            #expect(await engine.begunOrReady == 0)
            await engine.ledgerTrouble(nil)
            try await scene.until("released is on disk")
        }
    }

    @Test func `a request does not wait for room on the disk, and is carried out once there is`()
        async throws
    {
        let scene = try EngineScene()
        try await scene.running { engine in
            scene.disk.fill(true)
            // If it waited, the response would come once there is room, and would not be an error.
            let room = Task {
                try await Task.sleep(for: .seconds(20))
                scene.disk.fill(false)
            }
            let refusal = await #expect(throws: Failure.self) { try await engine.pause(nil) }
            #expect(refusal?.code == .ledgerFull)
            room.cancel()
            scene.disk.fill(false)
            try await scene.until("paused is on disk")
            try await engine.resume(nil)
        }
    }

    @Test func `nothing begins in a paused folder, through a restart, until it goes on`() async throws {
        let scene = try EngineScene()
        try await scene.running { engine in
            try await engine.pause(scene.configuration.folders[0].name)
            try await engine.filesSettled([.settled(scene.song(1))])
            #expect(await engine.begunOrReady == 0)
        }
        try await scene.running { engine in
            #expect(await engine.begunOrReady == 0)
            try await engine.resume(scene.configuration.folders[0].name)
            try await scene.until("released is on disk")
        }
    }

    @Test func `a submission that would break the rate limit is not sent`() async throws {
        let scene = try EngineScene { configuration, _ in
            for name in configuration.backends.keys {
                configuration.backends[name]?.slots = 2
                configuration.backends[name]?.rate = RateLimit(perMinute: 60, burst: 1)
            }
        }
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(1)), .settled(scene.song(2))])
            try await scene.until("released is on disk", count: 2)
        }
        // A restart does not refill the bucket.
        try await scene.running { engine in
            try await engine.filesSettled([.settled(scene.song(3))])
            try await scene.until("released is on disk", count: 3)
        }
        let moments = try scene.moments(of: "submitting")
        #expect(moments.count == 3)
        // Tokens are a second apart. A line has the time when it was written, which is a little later on a busy
        // machine.
        for (first, next) in zip(moments, moments.dropFirst()) { #expect(next.since(first) >= .milliseconds(500)) }
    }
}

extension Engine {
    /// Jobs that a runner has, and jobs that it could start now.
    fileprivate var begunOrReady: Int { runs.count + assign().count }
}
