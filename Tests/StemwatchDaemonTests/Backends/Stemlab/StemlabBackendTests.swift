// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import BackendKit
import StemlabAPI
import SystemPackage
import TestKit
import Testing

@testable import Platform
@testable import StemwatchDaemon

/// What is particular to the service's backend, step by step.
@Suite(.timeLimit(.minutes(2)))
struct StemlabBackendTests {
    @Test func `a submission whose answer was lost is found again, from its checkpoint alone`() async throws {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let track = try bench.track()
        service.web.plan(.truncate(afterBody: 3)) { $0.method == "POST" && $0.path == "/v1/jobs" }
        let lost = await #expect(throws: Failure.self) { try await bench.submit(track, to: bench.backend()) }
        #expect(lost?.code == .networkInterrupted)
        #expect(bench.saved.map(\.step) == ["ticket", "uploaded", "submitting"])
        let asked = service.web.requests.count
        let job = try await bench.submit(track, to: bench.backend(), from: bench.saved.last)
        #expect(service.web.requests.count == asked + 1)
        #expect(service.submissions == 1)
        let found = try await bench.backend().find(track.job, from: bench.saved.last)
        #expect(found == job)
        #expect(service.violations == [])
    }

    @Test func `a login while an answer is on its way holds nothing up`() async throws {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let token = try #require(service.tokens.first)
        let file = StemlabSettings(url: try ServiceURL(service.origin)).tokenFile(
            stateDirectory: bench.directory("state"))
        // The old token is revoked, and the new one kept, while the service thinks about the old one.
        service.setTokens([token + "new"])
        service.web.plan(.answer(WebDouble.Response(401))) { request in
            #expect(throws: Never.self) { try file.write(token + "new\n") }
            return request.path == "/v1/minutes"
        }
        #expect(try await bench.backend().allowance() != nil)
    }

    @Test func `an upload that is gone before its job is made is sent again, and one job made`() async throws {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let track = try bench.track()
        service.web.plan(.answer(WebDouble.Response(500))) { $0.method == "POST" && $0.path == "/v1/jobs" }
        await #expect(throws: Failure.self) { try await bench.submit(track, to: bench.backend()) }
        service.sweepUploads()
        _ = try await bench.submit(track, to: bench.backend(), from: bench.saved.last)
        #expect(service.submissions == 1)
        #expect(service.arrived.count == 2)
        #expect(service.violations == [])
    }

    @Test func `what was uploaded for a job that was called off is removed`() async throws {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let track = try bench.track()
        service.web.plan(.answer(WebDouble.Response(500))) { $0.method == "POST" && $0.path == "/v1/jobs" }
        await #expect(throws: Failure.self) { try await bench.submit(track, to: bench.backend()) }
        #expect(service.uploads == 1)
        let backend = try bench.backend()
        let left = try #require(try await backend.find(track.job, from: bench.saved.last))
        #expect(try await backend.release(left) == .none, "nothing can be made of an upload that is deleted")
        #expect(try await backend.release(left) == .possible, "an upload that is gone may have been used")
        #expect(service.uploads == 0)
        // A job was never asked for.
        let unasked = try #require(try await backend.find(track.job, from: bench.saved.first { $0.step == "uploaded" }))
        #expect(try await backend.release(unasked) == .none)
        #expect(try await backend.find(track.job, from: nil) == nil)
    }

    @Test func `an upload that another job of the same audio has is left to it`() async throws {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let (track, backend) = (try bench.track(), try bench.backend())
        service.web.plan(.answer(WebDouble.Response(500))) { $0.path.hasSuffix("/complete") }
        await #expect(throws: Failure.self) { try await bench.submit(track, to: backend) }
        let other = try bench.track(Array("Other.wav".utf8))
        let job = try await bench.submit(other, to: backend)
        #expect(service.arrived.count == 1)
        let left = try #require(try await backend.find(track.job, from: bench.saved.first))
        #expect(try await backend.release(left) == .none)
        guard case .done = try await bench.end(of: job, at: backend) else {
            Issue.record("not done")
            return
        }
    }

    @Test func `a key whose job was deleted is not used for another`() async throws {
        let bench = try BackendBench(.stemlab)
        let track = try bench.track()
        let backend = try bench.backend()
        try await backend.release(bench.submit(track, to: backend))
        let failure = await #expect(throws: Failure.self) {
            try await bench.submit(track, to: backend, from: bench.saved.last)
        }
        #expect(failure?.code == .backendOutcomeUnknown)
        #expect(failure?.remedy == .hold(until: .person))
        // Begun anew by a person, it has a key of its own.
        _ = try await bench.submit(track, to: backend)
        #expect(try await bench.starts() == 2)
    }

    @Test func `a download goes on after a cut, and is asked for again when its address has expired`() async throws {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let track = try bench.track()
        let backend = try bench.backend()
        let job = try await bench.submit(track, to: backend)
        guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
            Issue.record("not done")
            return
        }
        let file = bench.directory("fetched")
        service.web.plan(.truncate(afterBody: 100_000)) { $0.path.hasPrefix("/v1/objects/stems/") }
        await #expect(throws: Failure.self) { try await backend.fetch(stems[0], of: job, into: file) }
        #expect(try FileStatus.at(file) == nil)
        service.expireAddresses()
        try await bench.backend().fetch(stems[0], of: job, into: file)
        let asked = service.web.requests.filter { $0.path.hasPrefix("/v1/objects/stems/") }
        let range = try #require(asked.last?.headers["range"])
        #expect(range.hasPrefix("bytes=") && range != "bytes=0-")
        #expect(try AudioReader(file).expectedFrames() == track.facts.frames)
        #expect(service.violations == [])
    }

    @Test func `what arrived before a cut counts as moved from the beginning of the next try`() async throws {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let track = try bench.track()
        service.web.plan(.cut(afterBody: 30_000)) { $0.method == "PUT" }
        let (first, second) = (ShareLog(), ShareLog())
        await #expect(throws: Failure.self) { try await bench.submit(track, to: bench.backend(), telling: first) }
        #expect(first.shares.first == 0)
        let backend = try bench.backend()
        let job = try await bench.submit(track, to: backend, from: bench.saved.last, telling: second)
        #expect(second.shares.first == 30_000 / Double(service.arrived[0].count))
        #expect(second.shares.last == 1)

        guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
            Issue.record("not done")
            return
        }
        let size = Double(try #require(stems[0].bytes))
        service.web.plan(.truncate(afterBody: 50_000)) { $0.path.hasPrefix("/v1/objects/stems/") }
        let (cut, rest) = (ShareLog(), ShareLog())
        let file = bench.directory("fetched")
        await #expect(throws: Failure.self) { try await backend.fetch(stems[0], of: job, into: file, telling: cut) }
        #expect(cut.shares.last == 50_000 / size)
        try await backend.fetch(stems[0], of: job, into: file, telling: rest)
        #expect(rest.shares.first == 50_000 / size)
        #expect(rest.shares.last == 1)
    }

    @Test func `what came of a download is removed with its job, and at a start when no live job goes on with it`()
        async throws
    {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let backend = try bench.backend()
        service.web.plan(.truncate(afterBody: 1000), times: 2) { $0.path.hasPrefix("/v1/objects/stems/") }
        var jobs: [RemoteJob] = []
        for name in ["One.wav", "Two.wav"] {
            let job = try await bench.submit(try bench.track(Array(name.utf8)), to: backend)
            guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
                Issue.record("not done")
                return
            }
            await #expect(throws: Failure.self) {
                try await backend.fetch(stems[0], of: job, into: bench.directory("fetched"))
            }
            jobs.append(job)
        }
        let scratch = TransferScratch(stateDirectory: bench.directory("state"))
        func parts() throws -> Set<String> { Set(try DirectoryListing.entries(of: scratch.path).map(\.name.string)) }
        let names = jobs.map { scratch.download(.vocals, of: $0.handle).lastComponent!.string }
        #expect(try parts() == Set(names))

        var copy = scratch.upload(of: try bench.track().job)
        copy.extension = "flac"
        try copy.write("of a crash")
        try scratch.path.appending("readme").write("of somebody")
        try scratch.sweep(keeping: [jobs[0].handle, jobs[1].handle])
        #expect(try parts() == Set(names + ["readme"]))
        try scratch.sweep(keeping: [jobs[1].handle])
        #expect(try parts() == [names[1], "readme"])
        // Also when the service cannot be asked.
        service.web.refuse()
        await #expect(throws: Failure.self) { try await backend.release(jobs[1]) }
        #expect(try parts() == ["readme"])
    }

    @Test func `only audio arrives: no name, no tag, and no token at a signed address`() async throws {
        let bench = try BackendBench(.stemlab)
        let service = try #require(bench.service)
        let plain = try bench.track(Array("Unreleased Secret.wav".utf8))
        // An INFO list, as editors write it, behind the audio.
        let comment = Array("Unreleased Secret by Nobody!".utf8)
        var size = UInt32(4 + 8 + comment.count)
        var tagged = try plain.source.bytes()
        func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        tagged += Array("LIST".utf8) + little(size) + Array("INFOINAM".utf8) + little(UInt32(comment.count)) + comment
        size = UInt32(tagged.count - 8)
        tagged.replaceSubrange(4..<8, with: little(size))
        try plain.source.write(tagged)
        var track = plain
        track.identity = try #require(try FileIdentity.at(plain.source))
        _ = try await bench.submit(track, to: bench.backend())
        #expect(service.arrived.count == 1)
        for request in service.web.requests {
            let everything =
                request.target + request.headers.description + String(decoding: request.body, as: UTF8.self)
            #expect(!everything.contains("Secret") && !everything.contains("Unreleased"))
        }
        let arrived = bench.directory("arrived")
        try arrived.write(service.arrived[0])
        #expect(try AudioReader(arrived).expectedFrames() == track.facts.frames)
        #expect(service.violations == [])
    }

    @Test func `a token that others can read is not used`() async throws {
        let bench = try BackendBench(.stemlab)
        guard case .stemlab(let settings) = bench.settings.kind else { return }
        let file = settings.tokenFile(stateDirectory: bench.directory("state"))
        #expect(try FileStatus.at(file)?.mode == 0o600)
        try await Shell.run("chmod 644 \"$1\"", [file], in: bench.directory.path).requireSuccess()
        let failure = await #expect(throws: Failure.self) { try await bench.backend().allowance() }
        #expect(failure?.code == .backendUnauthorized)
        #expect(failure?.remedy == .stop)
        #expect(bench.service?.web.requests.isEmpty == true)
        try TokenFile.remove(file)
        let none = await #expect(throws: Failure.self) { try await bench.backend().allowance() }
        #expect(none?.hint == "stemwatch login \(settings.url)")
    }

    @Test func `the balance is the account's, less what the day does not allow`() throws {
        let midnight = try #require(WallTime(rfc3339: "2026-11-29T00:00:00Z"))
        func allowance(spentToday: Int64, limit: Int64? = nil) -> Allowance {
            Minutes(
                availableMilliseconds: 1000, reservedMilliseconds: 5, spentMilliseconds: 7,
                today: Minutes.Today(
                    spentMilliseconds: spentToday, limitMilliseconds: limit, resetsAt: Timestamp(midnight)),
                jobsUnderWay: 0,
                limits: Limits(
                    trackMilliseconds: 1, uploadBytes: 1, concurrentJobs: 1, openUploads: 1, dayMilliseconds: limit)
            ).allowance
        }
        #expect(allowance(spentToday: 0) == Allowance(remaining: AudioDuration(milliseconds: 1000)))
        let day = allowance(spentToday: 90, limit: 100)
        #expect(day.remaining == AudioDuration(milliseconds: 10))
        #expect(day.resetsAt == midnight)
        #expect(allowance(spentToday: 200, limit: 100).remaining == .zero)
    }

    /// A path, the members of its good response that are others, and what they are instead.
    private static let unusable: [(path: String, member: String, value: JSONValue)] = [
        ("/v1/uploads", "bytes", -1), ("/v1/uploads", "offset", -1), ("/v1/uploads", "offset", 11),
        ("/v1/uploads", "id", "upl_../../jobs/0000000000000"), ("/v1/uploads", "url", "http://192.0.2.1/v1"),
        ("/v1/uploads", "url", .null), ("/v1/uploads", "state", "stolen"),
        ("/v1/minutes", "available_ms", .int(.min)), ("/v1/minutes", "available_ms", "many"),
        ("/v1/minutes", "today", ["spent_ms": 1, "limit_ms": .int(.min), "resets_at": "2030-01-01T00:00:00.000Z"]),
        ("/v1/jobs", "jobs", ["no job"]), ("/v1/jobs", "jobs", .null),
    ]

    @Test(arguments: unusable)
    func `a response with a value that cannot be used is refused`(path: String, member: String, value: JSONValue)
        async throws
    {
        let upload: [String: JSONValue] = [
            "id": .string("upl_" + String(repeating: "0", count: 26)), "state": "open", "bytes": 10, "offset": 0,
            "sha256": .string(String(repeating: "0", count: 64)), "url": "https://stems.example.com/v1/objects",
            "created_at": "2026-11-28T12:00:00.000Z",
        ]
        let minutes: [String: JSONValue] = [
            "available_ms": 1, "reserved_ms": 1, "spent_ms": 1, "jobs_under_way": 0,
            "today": ["spent_ms": 1, "resets_at": "2030-01-01T00:00:00.000Z"],
            "limits": ["track_ms": 1, "upload_bytes": 1, "concurrent_jobs": 1, "open_uploads": 1],
        ]
        let good: [String: [String: JSONValue]] = [
            "/v1/uploads": upload, "/v1/minutes": minutes, "/v1/jobs": ["jobs": []],
        ]
        let client = StemlabClient(try ServiceURL("https://stems.example.com"), caFile: nil)
        func read(_ members: [String: JSONValue]) throws(Failure) {
            let answer = HTTPAnswer(
                status: 200, headers: HTTPHeaders(), body: JSONValue.object(members).bytes(), isHTTP2: false)
            switch path {
            case "/v1/uploads": _ = try client.upload(in: answer)
            case "/v1/minutes": _ = try client.minutes(in: answer)
            default: _ = try client.jobs(in: answer)
            }
        }
        var members = try #require(good[path])
        #expect(throws: Never.self) { try read(members) }
        members[member] = value
        let failure = #expect(throws: Failure.self) { try read(members) }
        #expect(failure?.code == .networkProtocol)
        #expect(failure?.remedy == .retry(after: nil))
    }
}
