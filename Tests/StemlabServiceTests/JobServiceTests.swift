// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI
import Synchronization
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// Jobs over a real server on loopback, with a compute that is done at once.
@Suite(.timeLimit(.minutes(2))) struct JobServiceTests {
    private static let song = Array("not music, but nobody listens".utf8)

    @Test func `a job goes from its upload to stems that are what they are said to be, and is charged once`()
        async throws
    {
        try await ServiceScene.run { scene in
            try await scene.accounts.grant(10_000)
            let upload = try await scene.upload(Self.song)
            let made = try await scene.create(upload.id, more: #","client_reference":"ref.1","format":"flac""#)
            #expect(made.status == 201)
            let job = try await scene.outcome(of: try made.json(Job.self).id)
            #expect(job.state == .succeeded && job.chargedMilliseconds == 1000 && job.progressPercent == 100)
            #expect(job.clientReference == "ref.1" && job.model == "instant" && job.upload == upload.id)
            #expect(job.stems.map(\.name) == ["vocals", "drums", "bass", "other"])
            for stem in job.stems {
                let answer = try await scene.client.ask("GET", stem.url)
                #expect(answer.status == 200 && answer.text == "the \(stem.name) of a song")
                #expect(answer.headers["etag"] == "\"\(stem.sha256)\"")
                #expect(answer.headers["content-type"] == "audio/flac")
                #expect(answer.body.count == Int(stem.bytes))
            }
            let minutes = try await scene.minutes()
            #expect(minutes.availableMilliseconds == 9000 && minutes.spentMilliseconds == 1000)
            #expect(minutes.reservedMilliseconds == 0 && minutes.jobsUnderWay == 0)
            let page = try await scene.ask("GET", "/v1/minutes/statement").json(MinuteStatementPage.self)
            #expect(page.entries.map(\.kind) == ["charge", "reserve", "grant"])
            #expect(page.entries[0].job == job.id && page.next == nil)
            #expect(try await scene.ask("GET", "/v1/uploads/\(upload.id)").json(Upload.self).state == .used)
        }
    }

    @Test func `the same key gives the same job, with another body it is refused, and without one nothing is made`()
        async throws
    {
        try await ServiceScene.run { scene in
            try await scene.accounts.grant(10_000)
            let upload = try await scene.upload(Self.song)
            let first = try await scene.create(upload.id)
            let again = try await scene.create(upload.id)
            #expect(first.status == 201 && again.status == 200)
            #expect(try first.json(Job.self).id == again.json(Job.self).id)
            let other = try await scene.create(upload.id, milliseconds: 2000)
            #expect(other.status == 409)
            #expect(try other.problem.code == "idempotency.conflict")
            let body = #"{"upload":"\#(upload.id)","duration_ms":1000}"#
            for key in [nil, "short", "with space", String(repeating: "k", count: 129)] {
                let headers = key.map { [("Idempotency-Key", $0)] } ?? []
                let answer = try await scene.ask("POST", "/v1/jobs", headers: headers, json: body)
                #expect(answer.status == 400)
                #expect(try answer.problem.pointer == "/header/Idempotency-Key")
            }
            #expect(try await scene.ask("DELETE", "/v1/jobs/\(try first.json(Job.self).id)").status == 204)
            let gone = try await scene.create(upload.id)
            #expect(gone.status == 410)
            #expect(try gone.problem.code == "job.deleted")
        }
    }

    @Test func `402 says what is needed and what is there`() async throws {
        try await ServiceScene.run { scene in
            try await scene.accounts.grant(60_000)
            let upload = try await scene.upload(Self.song)
            let refused = try await scene.create(upload.id, milliseconds: 213_000)
            let problem = try refused.problem
            #expect(refused.status == 402 && problem.code == "minutes.exhausted")
            #expect(problem.neededMilliseconds == 213_000 && problem.availableMilliseconds == 60_000)
            #expect(try await scene.minutes().reservedMilliseconds == 0)
        }
    }

    @Test func `a long poll answers when the state changes, and not before`() async throws {
        let latch = Latch()
        try await ServiceScene.run(compute: InstantCompute(latch: latch)) { scene in
            try await scene.accounts.grant(10_000)
            let upload = try await scene.upload(Self.song)
            let id = try await scene.create(upload.id).json(Job.self).id
            await latch.arrival()
            #expect(try await scene.ask("GET", "/v1/jobs/\(id)").json(Job.self).state == .running)
            // Asked before the change, answered by it: within the client's ten seconds, of thirty that it may take.
            async let waiting = scene.ask("GET", "/v1/jobs/\(id)?wait=30")
            latch.open()
            #expect(try await waiting.json(Job.self).state == .succeeded)
            for wait in ["31", "-1", "x", ""] {
                #expect(try await scene.ask("GET", "/v1/jobs/\(id)?wait=\(wait)").status == 400, "\(wait)")
            }
            #expect(try await scene.ask("GET", "/v1/jobs/\(id)?wait=30").json(Job.self).state == .succeeded)
        }
    }

    @Test func `cancelling ends what runs, gives everything back, and comes too late for what is done`() async throws {
        let latch = Latch()
        try await ServiceScene.run(compute: InstantCompute(latch: latch)) { scene in
            try await scene.accounts.grant(10_000)
            let upload = try await scene.upload(Self.song)
            let id = try await scene.create(upload.id).json(Job.self).id
            await latch.arrival()
            for _ in 1...2 {
                let cancelled = try await scene.ask("POST", "/v1/jobs/\(id)/cancel")
                #expect(cancelled.status == 200)
                #expect(try cancelled.json(Job.self).state == .cancelled)
            }
            #expect(try await scene.minutes().availableMilliseconds == 10_000)
            latch.open()
            let next = try await scene.create(try await scene.upload([1, 2, 3]).id, key: "key-0002").json(Job.self).id
            #expect(try await scene.outcome(of: next).state == .succeeded)
            let late = try await scene.ask("POST", "/v1/jobs/\(next)/cancel")
            #expect(late.status == 409)
            #expect(try late.problem.code == "job.over")
            #expect(try await scene.minutes().spentMilliseconds == 1000)
            #expect(try await scene.ask("GET", "/v1/jobs/\(id)").json(Job.self).stems.isEmpty)
        }
    }

    @Test func `deleting a job removes its upload and stems, and what was charged stays charged`() async throws {
        try await ServiceScene.run { scene in
            try await scene.accounts.grant(10_000)
            let upload = try await scene.upload(Self.song)
            let job = try await scene.outcome(of: scene.create(upload.id).json(Job.self).id)
            #expect(try await scene.ask("DELETE", "/v1/uploads/\(upload.id)").problem.code == "upload.used")
            #expect(try await scene.ask("DELETE", "/v1/jobs/\(job.id)").status == 204)
            for path in ["/v1/jobs/\(job.id)", "/v1/uploads/\(upload.id)"] {
                #expect(try await scene.ask("GET", path).status == 404)
            }
            for stem in job.stems { #expect(try await scene.client.ask("GET", stem.url).status == 404) }
            let storage = try LocalStorage(SeparationService.objects(below: scene.accounts.directory.path))
            #expect(try storage.keys().isEmpty)
            #expect(try await scene.minutes().spentMilliseconds == 1000)
        }
    }

    @Test func `audio that is refused costs nothing, and the job says why`() async throws {
        let compute = InstantCompute(outcome: .refused(code: "audio.broken", detail: "upload is damaged"))
        try await ServiceScene.run(compute: compute) { scene in
            try await scene.accounts.grant(10_000)
            let job = try await scene.outcome(of: scene.create(scene.upload(Self.song).id).json(Job.self).id)
            #expect(
                job.state == .failed && job.failure == Job.Failure(code: "audio.broken", detail: "upload is damaged"))
            #expect(job.chargedMilliseconds == 0 && job.stems.isEmpty)
            #expect(try await scene.minutes().availableMilliseconds == 10_000)
        }
    }

    @Test func `Threat: nothing is stored of a job that failed or was cancelled, which nobody has paid for`()
        async throws
    {
        let latch = Latch()
        let compute = InstantCompute(outcome: .refused(code: "audio.broken", detail: "upload is damaged"), latch: latch)
        try await ServiceScene.run(compute: compute) { scene in
            try await scene.accounts.grant(10_000)
            let storage = try LocalStorage(SeparationService.objects(below: scene.accounts.directory.path))
            let running = try await scene.upload([1, 1, 1]).id
            let first = try await scene.create(running, key: "key-0001").json(Job.self).id
            await latch.arrival()
            let queued = try await scene.upload([2, 2, 2]).id
            let second = try await scene.create(queued, key: "key-0002").json(Job.self).id
            for (job, upload) in [(second, queued), (first, running)] {
                let cancelled = try await scene.ask("POST", "/v1/jobs/\(job)/cancel").json(Job.self)
                #expect(cancelled.upload == nil)
                #expect(try await scene.ask("GET", "/v1/uploads/\(upload)").status == 404)
            }
            #expect(try storage.keys().isEmpty)
            latch.open()
            let failed = try await scene.create(scene.upload([3, 3, 3]).id, key: "key-0003").json(Job.self).id
            let outcome = try await scene.outcome(of: failed)
            #expect(outcome.state == .failed && outcome.upload == nil)
            // The one worker is done with a job when it has done the next.
            let last = try await scene.upload([4, 4, 4]).id
            _ = try await scene.outcome(of: scene.create(last, key: "key-0004").json(Job.self).id)
            #expect(try Set(storage.keys()).subtracting([.upload(last)]).isEmpty)
            #expect(try await scene.minutes().availableMilliseconds == 10_000)
            // What is asked again is answered as before, and the same content may come again.
            #expect(try await scene.create(running, key: "key-0001").json(Job.self).state == .cancelled)
            #expect(try await scene.upload([1, 1, 1]).state == .complete)
        }
    }

    @Test func `stems come in ranges`() async throws {
        try await ServiceScene.run { scene in
            try await scene.accounts.grant(10_000)
            let job = try await scene.outcome(of: scene.create(scene.upload(Self.song).id).json(Job.self).id)
            let stem = try #require(job.stems.first)
            let whole = "the vocals of a song"
            func get(_ headers: [(String, String)]) async throws -> LoopbackClient.Response {
                try await scene.client.ask("GET", stem.url, headers: headers)
            }
            let part = try await get([("Range", "bytes=4-9")])
            #expect(part.status == 206 && part.text == "vocals" && part.headers["content-range"] == "bytes 4-9/20")
            #expect(try await get([("Range", "bytes=-4")]).text == "song")
            #expect(try await get([("Range", "bytes=0-1,4-5")]).text == whole)
            let beyond = try await get([("Range", "bytes=20-")])
            #expect(beyond.status == 416)
            #expect(try beyond.problem.code == "range.unsatisfiable")
            #expect(beyond.headers["content-range"] == "bytes */20")
            #expect(try await get([("Range", "bytes=4-9"), ("If-Range", "\"\(stem.sha256)\"")]).status == 206)
            #expect(try await get([("Range", "bytes=4-9"), ("If-Range", "\"other\"")]).text == whole)
            // A URL to fetch does not let anybody send.
            #expect(try await scene.client.ask("PUT", stem.url, body: [1]).status == 405)
            let bare = try await scene.client.ask("GET", String(stem.url.prefix { $0 != "?" }))
            #expect(bare.status == 400)
            #expect(try bare.problem.pointer == "/query/size")
            let others = stem.url.split(separator: "?")[1]
            let drums = "/v1/objects/stems/\(job.id)/drums?\(others)"
            #expect(try await scene.client.ask("GET", drums).problem.code == "url.invalid")
        }
    }

    @Test func `jobs are found by their reference and their state`() async throws {
        let latch = Latch()
        try await ServiceScene.run(compute: InstantCompute(latch: latch)) { scene in
            try await scene.accounts.grant(10_000)
            var ids: [String] = []
            for name in 0..<3 {
                let upload = try await scene.upload([UInt8(name)])
                let more = #","client_reference":"song-\#(name)""#
                ids.append(try await scene.create(upload.id, key: "key-000\(name)", more: more).json(Job.self).id)
            }
            await latch.arrival()
            func list(_ query: String) async throws -> [String] {
                try await scene.ask("GET", "/v1/jobs\(query)").json(JobPage.self).jobs.map(\.id)
            }
            #expect(try await list("") == ids.reversed())
            #expect(try await list("?client_reference=song-1") == [ids[1]])
            #expect(try await list("?client_reference=song-9") == [])
            #expect(try await list("?state=running") == [ids[0]])
            #expect(try await list("?state=queued") == [ids[2], ids[1]])
            #expect(try await scene.ask("GET", "/v1/jobs?state=lost").status == 400)
            #expect(try await scene.ask("GET", "/v1/jobs?client_reference=a%20b").status == 400)
            #expect(try await scene.ask("GET", "/v1/minutes/statement?limit=101").status == 400)
            #expect(try await scene.minutes().jobsUnderWay == 3)
        }
    }

    @Test func `Threat: another account finds nothing, and changes nothing`() async throws {
        try await ServiceScene.run { scene in
            try await scene.accounts.grant(10_000)
            try await scene.accounts.grant(10_000, to: AccountScene.bob)
            let upload = try await scene.upload(Self.song).id
            let open = try await scene.ticket([7, 7]).json(Upload.self).id
            let job = try await scene.outcome(of: scene.create(upload).json(Job.self).id).id
            let routes = [
                ("GET", "/v1/uploads/\(open)"), ("DELETE", "/v1/uploads/\(open)"),
                ("POST", "/v1/uploads/\(open)/complete"), ("GET", "/v1/jobs/\(job)"), ("GET", "/v1/jobs/\(job)?wait=1"),
                ("POST", "/v1/jobs/\(job)/cancel"), ("DELETE", "/v1/jobs/\(job)"),
            ]
            for (method, path) in routes {
                let theirs = try await scene.ask(method, path, as: ServiceScene.bobsToken)
                let nobodys = try await scene.ask(
                    method, path.replacingID(), as: ServiceScene.bobsToken)
                #expect(theirs.status == 404, "\(method) \(path)")
                // What is another's is told as what never was.
                #expect(try theirs.problem == nobodys.problem, "\(method) \(path)")
            }
            let stolen = try await scene.ask(
                "POST", "/v1/jobs", as: ServiceScene.bobsToken, headers: [("Idempotency-Key", "key-0001")],
                json: #"{"upload":"\#(upload)","duration_ms":1000}"#)
            #expect(stolen.status == 404)
            #expect(try stolen.problem.code == "upload.unknown")
            // The same content is another upload of another account.
            #expect(try await scene.ticket([7, 7], as: ServiceScene.bobsToken).json(Upload.self).id != open)
            #expect(try await scene.ask("GET", "/v1/jobs", as: ServiceScene.bobsToken).json(JobPage.self).jobs.isEmpty)
            #expect(try await scene.ask("GET", "/v1/jobs/\(job)").status == 200)
            #expect(try await scene.ask("GET", "/v1/uploads/\(open)").status == 200)
            for path in ["/v1/jobs/..%2f..%2fetc", "/v1/jobs/job_1", "/v1/uploads/job_00000000000000000000000001"] {
                #expect(try await scene.ask("GET", path).status == 404, "\(path)")
            }
        }
    }

    @Test func `a service that is stopped in the middle of a job does it again, and charges it once`() async throws {
        let accounts = try AccountScene()
        try await accounts.grant(10_000)
        let latch = Latch()
        let id = Box("")
        try await ServiceScene.run(compute: InstantCompute(latch: latch), accounts: accounts) { scene in
            let upload = try await scene.upload(Self.song)
            id.value = try await scene.create(upload.id).json(Job.self).id
            await latch.arrival()
        }
        #expect(try await accounts.record(id.value)?.state == .running)
        try await ServiceScene.run(accounts: accounts) { scene in
            let job = try await scene.outcome(of: id.value)
            let minutes = try await scene.minutes()
            #expect(job.state == .succeeded)
            #expect(minutes.spentMilliseconds == 1000)
        }
        #expect(try await accounts.record(id.value)?.leases == 2)
    }

    @Test func `what has had its time is swept, and a job tells that its stems were`() async throws {
        try await ServiceScene.run { scene in
            try await scene.accounts.grant(10_000)
            let job = try await scene.outcome(of: scene.create(scene.upload(Self.song).id).json(Job.self).id)
            let open = try await scene.ticket([7, 7]).json(Upload.self)
            _ = try await scene.client.ask("PUT", try #require(open.url), body: [7, 7])
            let objects = SeparationService.objects(below: scene.accounts.directory.path)
            let storage = try LocalStorage(objects)
            let stray = ObjectKey.stem("job_00000000000000000000000001", .bass)
            try storage.write(stray, from: 0).finish()
            let empty = objects.pushing("stems/job_00000000000000000000000002")
            try DurableFiles.makeDirectory(empty)
            let sweep = Sweep(store: scene.accounts.store, storage: storage)
            let finished = try #require(job.finishedAt).time
            #expect(try await sweep.run(at: finished) == Sweep.Report(strays: 2))
            #expect(try DirectoryListing.entries(of: objects.appending("stems")).map(\.name.string) == [job.id])
            #expect(try await sweep.run(at: finished + .seconds(86_399)).uploads == 0)
            #expect(try await sweep.run(at: open.createdAt.time + .seconds(86_400)).uploads == 1)
            let before = try await sweep.run(at: finished + .seconds(2 * 86_400 - 1))
            #expect(before == Sweep.Report())
            #expect(try await sweep.run(at: finished + .seconds(2 * 86_400)) == Sweep.Report(jobs: 1))
            #expect(try await sweep.run(at: finished + .seconds(3 * 86_400)) == Sweep.Report())
            #expect(try storage.keys().isEmpty)
            let swept = try await scene.ask("GET", "/v1/jobs/\(job.id)").json(Job.self)
            #expect(swept.state == .succeeded && swept.swept == true && swept.stems.isEmpty && swept.upload == nil)
            #expect(try await scene.client.ask("GET", job.stems[0].url).status == 404)
            #expect(try await scene.ask("GET", "/v1/uploads/\(open.id)").status == 404)
            #expect(try await scene.minutes().spentMilliseconds == 1000)
        }
    }

    @Test func `a backup holds the database and every object`() async throws {
        try await ServiceScene.run { scene in
            try await scene.accounts.grant(10_000)
            let job = try await scene.outcome(of: scene.create(scene.upload(Self.song).id).json(Job.self).id)
            let directory = scene.accounts.directory
            let storage = try LocalStorage(SeparationService.objects(below: directory.path))
            let report = try await Backup.make(of: scene.accounts.store, objects: storage, into: directory("copy"))
            #expect(report.objects == 5)
            let copies = try LocalStorage(SeparationService.objects(below: directory("copy")))
            #expect(try Set(copies.keys()) == Set(storage.keys()))
            for key in try storage.keys() {
                #expect(try ObjectDigest.of(key, in: copies) == ObjectDigest.of(key, in: storage))
            }
            #expect(try FileStatus.at(directory("copy/stemlab.sqlite"))?.mode == 0o600)
            await #expect(throws: Failure.self) {
                try await Backup.make(of: scene.accounts.store, objects: storage, into: directory("copy"))
            }
            #expect(job.state == .succeeded)
        }
    }

    @Test func `what a program said of a fault is in the log, and in no answer`() async throws {
        let log = PlantedLog()
        var compute = InstantCompute()
        compute.outcome = .fault(code: "compute.failed", detail: "the program ended", words: "MemoryError: planted")
        try await ServiceScene.run(compute: compute, log: log.logger) { scene in
            try await scene.accounts.grant(10_000)
            let upload = try await scene.upload(Self.song)
            let job = try await scene.create(upload.id).json(Job.self).id
            while !log.text.contains("said=MemoryError: planted") {
                _ = try await scene.ask("GET", "/v1/jobs/\(job)?wait=1")
            }
            #expect(try await !scene.ask("GET", "/v1/jobs/\(job)").text.contains("planted"))
            #expect(log.text.contains("detail=the program ended"))
        }
    }
}

extension String {
    /// The same path with ids that name nothing.
    fileprivate func replacingID() -> String {
        split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.count >= 30 ? part.prefix(4) + String(repeating: "0", count: 26) + part.dropFirst(30) : String(part)
        }.joined(separator: "/")
    }
}

/// For what a closure that may run anywhere finds out.
final class Box<Value: Sendable>: Sendable {
    private let state: Mutex<Value>
    init(_ value: Value) { state = Mutex(value) }
    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
