// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)), AnsweringHome(daemonRuns: true)) struct AnswersOfADaemonTests {
    @Test(arguments: CommandCase.all) func `a command's output with a daemon`(answer: CommandCase) async throws {
        try await answer.check(AnsweringHome.scene())
    }

    @Test func `jobs are shown in the documented form`() async throws {
        let scene = try AnsweringHome.scene()
        let jobs = try #require(await scene.ask(["jobs"]).answer.array)
        #expect(Set(jobs.compactMap { $0["path"]?.string }) == ["Album/song.wav", "broken.wav"])
        let done = try #require(jobs.first { $0["job"]?.string == scene.delivered })
        #expect(done["minutes_ms"]?.int == 1000)
        #expect(done["output"]?.string == scene.folder.stems.pushing("Album/song").string)
        #expect(try WallTime.of(done, "found_at") <= WallTime.of(done, "updated_at"))
        let rejected = try #require(jobs.first { $0["job"]?.string == scene.rejected })
        #expect(rejected["code"]?.string == "audio.not_audio")
        #expect(rejected["output"] == .null)
    }

    @Test(arguments: [
        ["pause"], ["resume"], ["rescan"], ["pause", "inbox"], ["resume", "inbox"], ["rescan", "inbox"],
    ])
    func `an order is carried out`(order: [String]) async throws {
        let (answer, status) = try await AnsweringHome.scene().ask(order)
        #expect(status.isSuccess)
        #expect(answer["done"]?.bool == true)
    }

    @Test func `each of several jobs is reported, also those that are refused`() async throws {
        let scene = try AnsweringHome.scene()
        let (answer, status) = try await scene.ask(["retry", "DELIVERED", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ABC"])
        #expect(status == .exited(1))
        #expect(answer.array?.map { $0["job"]?.string } == [scene.delivered, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ABC"])
        #expect(
            answer.array?.map { $0["error"]?["code"]?.string } == ["job.state", "job.unknown", "job.unknown"])
    }
}

@Suite(.timeLimit(.minutes(5)), AnsweringHome(daemonRuns: false)) struct AnswersOfALedgerTests {
    @Test(arguments: CommandCase.all) func `a command's output without a daemon`(answer: CommandCase) async throws {
        try await answer.check(AnsweringHome.scene())
    }

    @Test(arguments: [["retry", "DELIVERED"], ["cancel", "DELIVERED"], ["pause"], ["resume"], ["rescan", "inbox"]])
    func `an order needs a daemon`(order: [String]) async throws {
        let (answer, status) = try await AnsweringHome.scene().ask(order)
        #expect(status == .exited(4))
        #expect(answer["error"]?["code"]?.string == "control.no_daemon")
        #expect(answer["error"]?["hint"]?.string?.contains("stemwatch run") == true)
    }
}

extension WallTime {
    fileprivate static func of(_ job: JSONValue, _ member: String) throws -> WallTime {
        let text = try #require(job[member]?.string)
        return try #require(WallTime(rfc3339: text))
    }
}
