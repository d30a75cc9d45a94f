// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Every fault between the daemon and the service, once in each place. The song is still submitted once and delivered
/// once.
@Suite(.timeLimit(.minutes(5)))
struct StemlabFaultTests {
    // The other faults are tested with the service itself; refused connections have a test of their own.
    static let table = ServiceFault.table.filter { ![.refuse, .late, .dribble, .corruptRequest].contains($0.1) }

    @Test(arguments: table)
    func `a song is delivered once and paid once after every single fault`(
        place: ServiceFault.Place, trouble: ServiceFault.Trouble
    )
        async throws
    {
        let scene = try StemlabScene()
        scene.service.web.plan(trouble.fault) { place.fits($0) }
        try await scene.running([scene.song()]) { _ in try await scene.until("released") }
        #expect(scene.service.web.isThrough, "it did not happen")
        #expect(try scene.events("delivered").count == 1)
        #expect(scene.service.submissions == 1)
        #expect(scene.service.charges == [500])
        #expect(scene.service.jobs + scene.service.uploads == 0)
        #expect(scene.service.violations == [])
        let stems = try DirectoryListing.entries(of: scene.directory("inbox-stems").appending("1"))
        #expect(stems.count == 5)
    }

    @Test func `a service that is away for a while is waited for`() async throws {
        let scene = try StemlabScene()
        scene.service.web.refuse()
        try await scene.running([scene.song()]) { _ in
            try await scene.until("deferred", count: 3)
            scene.service.web.listenAgain()
            try await scene.until("released")
        }
        #expect(scene.service.submissions == 1)
        #expect(try scene.events("deferred").first?["failure"]?["code"]?.string == "network.unreachable")
    }

    @Test func `an upload that is cut continues where it stopped`() async throws {
        let scene = try StemlabScene()
        scene.service.web.plan(.cut(afterBody: 30_000)) { $0.method == "PUT" }
        try await scene.running([scene.song()]) { _ in try await scene.until("released") }
        let sent = scene.service.web.requests.filter { $0.method == "PUT" }
        #expect(sent.map(\.isCut) == [true, false])
        #expect(sent[1].headers["content-range"]?.hasPrefix("bytes 30000-") == true)
        #expect(sent[0].body.count + sent[1].body.count == scene.service.arrived[0].count)
        #expect(scene.service.violations == [])
    }

    @Test func `a file that changes during its upload is not submitted, and its new content is a new job`()
        async throws
    {
        let scene = try StemlabScene()
        let song = try scene.song()
        scene.service.web.plan(.stall) { $0.method == "PUT" }
        try await scene.running([song]) { engine in
            _ = await scene.service.web.log.first { $0.hasPrefix("PUT") }
            // Stalled: the file has changed when it is tried again.
            AudioFixture(.wav16, .noise(seed: 2), seconds: 0.7).write(to: scene.directory("inbox").appending("1.wav"))
            try await scene.until("cancelled")
            let identity = try FileIdentity.at(scene.directory("inbox").appending("1.wav"))!
            try await engine.filesSettled([.settled(SettledFile(key: song.key, identity: identity))])
            try await scene.until("delivered")
            try await scene.until("released")
            try await scene.until("refunded")
        }
        #expect(scene.service.submissions == 1)
        #expect(scene.service.charges == [700])
        #expect(scene.service.jobs + scene.service.uploads == 0)
        #expect(scene.service.arrived.count == 1)
        #expect(scene.service.violations == [])
    }

    /// Where a song is when it is cancelled, what happens to the pending request, and whether it may have cost
    /// something.
    static let turns: [(ServiceFault.Place, WebDouble.Fault, costs: Bool)] = [
        (.put, .stall, false), (.complete, .stall, false), (.create, .stall, false),
        (.create, .stallAnswer(afterBody: 0), true), (.read, .stall, true),
        (.download, .stallAnswer(afterBody: 20_000), true),
    ]

    @Test(arguments: turns)
    func `a cancelled song counts as spent only when a job was made of it`(
        place: ServiceFault.Place, fault: WebDouble.Fault, costs: Bool
    ) async throws {
        let scene = try StemlabScene { $0.stall = .seconds(60) }
        let song = try scene.song()
        scene.service.web.plan(fault) { place.fits($0) }
        try await scene.running([song]) { engine in
            _ = await scene.service.web.log.first { line in
                let parts = line.split(separator: " ").map(String.init)
                return place.fits(parts[0], parts[1])
            }
            let job = try #require(await engine.book.job(at: song.key))
            #expect(job.spending?.amount.milliseconds == 500)
            _ = try await engine.cancel(job.id)
            try await scene.until(costs ? "released" : "refunded")
            let ended = try #require(await engine.book.job(job.id))
            #expect(ended.state == "cancelled" && ended.reservation == nil)
            #expect(ended.spent?.milliseconds == (costs ? 500 : nil))
            let used = await engine.admission.meter.used(nil, .day, at: .now)
            #expect(used.milliseconds == (costs ? 500 : 0))
        }
        #expect(scene.service.jobs + scene.service.uploads == 0)
        let scratch = TransferScratch(stateDirectory: scene.directory("state")).path
        #expect(try FileStatus.at(scratch) == nil || DirectoryListing.entries(of: scratch).isEmpty)
        #expect(scene.service.submissions == (costs ? 1 : 0))
        #expect(scene.service.violations == [])
    }

    @Test func `an upload that arrives damaged is sent again`() async throws {
        let scene = try StemlabScene()
        scene.service.web.plan(.corruptRequest) { $0.method == "PUT" }
        try await scene.running([scene.song()]) { _ in try await scene.until("released") }
        #expect(scene.service.submissions == 1)
        #expect(scene.service.charges == [500])
    }

    @Test func `a balance that is too small holds the song until it is large enough`() async throws {
        let scene = try StemlabScene()
        scene.service.grant(-3_600_000)
        try await scene.running([scene.song()]) { _ in
            try await scene.until("held")
            scene.service.grant(500)
            try await scene.until("released")
        }
        let held = try scene.events("held")
        #expect(held.first?["failure"]?["code"]?.string == "minutes.exhausted")
        #expect(scene.service.arrived.count == 1)
        #expect(scene.service.charges == [500])
    }

    @Test func `a refused token stops the backend once, until there is a new token`() async throws {
        let scene = try StemlabScene()
        scene.service.setTokens(["slm_another_0123456789abcdef"])
        try await scene.running([scene.song(1), scene.song(2)]) { _ in
            try await scene.until("held", count: 2)
            try scene.keep("slm_another_0123456789abcdef")
            try await scene.until("released", count: 2)
        }
        let failure = try scene.events("held").first?["failure"]
        #expect(failure?["code"]?.string == "backend.unauthorized")
        #expect(failure?["hint"]?.string?.contains("stemwatch login") == true)
        let ledger = String(decoding: try scene.directory("state").appending("ledger.jsonl").bytes(), as: UTF8.self)
        #expect(!ledger.contains("slm_"), "a token is in the ledger")
        #expect(scene.service.submissions == 2)
    }

    @Test(arguments: [("audio.broken", "failed"), ("compute.failed", "released")])
    func `a job that fails at the service is refunded, and tried again when that may help`(code: String, end: String)
        async throws
    {
        let scene = try StemlabScene()
        scene.service.failNext(code)
        try await scene.running([scene.song()]) { _ in try await scene.until(end) }
        #expect(scene.service.submissions == (end == "failed" ? 1 : 2))
        #expect(scene.service.charges == (end == "failed" ? [] : [500]))
        #expect(try scene.events("refunded").count == 1)
    }

    @Test func `when stems were swept before they were fetched, a person decides`() async throws {
        let scene = try StemlabScene()
        // Refused until they are swept.
        scene.service.web.plan(
            .answer(WebDouble.Response(500)), times: 1000, when: { $0.path.hasPrefix("/v1/objects/stems/") })
        try await scene.running([scene.song()]) { _ in
            try await scene.until("deferred")
            scene.service.sweepStems()
            try await scene.until("held")
        }
        #expect(try scene.events("held").last?["failure"]?["code"]?.string == "backend.expired")
        #expect(scene.service.submissions == 1)
    }
}
