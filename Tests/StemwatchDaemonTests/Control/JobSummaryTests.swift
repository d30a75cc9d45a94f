// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

struct JobSummaryTests {
    typealias S = LedgerSamples

    private func json(_ job: Job) -> JSONValue { JSONValue(encoding: JobSummary(job)) }

    @Test(arguments: [S.fullJob(nil, .failed(S.failure())), S.fullJob(.held(S.failure(.hold(until: .person))), nil)])
    func `every key of the contract is there, in jobs of every kind`(job: Job) throws {
        let new = Job(id: S.id(1), key: S.key("a.wav"), identity: S.identity(), foundAt: S.time(0))
        for job in [job, new] {
            let keys = try #require(json(job).object).keys
            for column in JobSummary.columns { #expect(keys.contains(column), "\(column)") }
        }
    }

    @Test func `a new job has nothing yet`() {
        let json = self.json(Job(id: S.id(1), key: S.key("x/a.wav"), identity: S.identity(), foundAt: S.time(0)))
        #expect(json["state"] == "found" && json["path"] == "x/a.wav" && json["folder"] == "inbox")
        for key in ["code", "message", "backend", "minutes_ms", "output", "retry_at"] { #expect(json[key] == .null) }
        #expect(json["found_at"] == "2026-11-23T08:00:00.123Z")
    }

    @Test func `a wait shows when it ends, or what ends it`() {
        var job = S.fullJob(.deferred(S.failure(), attempt: 2, retryAt: S.time(60)), nil)
        #expect(json(job)["retry_at"] == "2026-11-23T08:01:00.123Z")
        #expect(json(job)["until"] == .null)
        job.wait = .held(S.failure(.hold(until: .time(S.time(120)))))
        #expect(json(job)["retry_at"] == "2026-11-23T08:02:00.123Z")
        job.wait = .held(S.failure(.hold(until: .surroundings)))
        #expect(json(job)["retry_at"] == .null && json(job)["until"] == "surroundings")
        #expect(json(job)["state"] == "held" && json(job)["code"] == "backend.unavailable")
    }

    @Test func `a name that is not UTF-8 is shown readably, and given exactly`() {
        let key = FileKey(folder: FolderName(rawValue: "in"), path: S.notText)
        let json = self.json(Job(id: S.id(1), key: key, identity: S.identity(), foundAt: S.time(0)))
        #expect(json["path"] == "A\\xff.w" && json["path_b64"] == "Qf8udw==")
    }

    @Test(arguments: [
        ("plain.wav", "plain.wav"), ("a,b \"c\".wav", "\"a,b \"\"c\"\".wav\""), ("=cmd()", "'=cmd()"),
        ("a\nb", "\"a\nb\""), ("@x,y", "\"'@x,y\""),
    ])
    func `a CSV table is quoted, and holds no formulas`(name: String, field: String) {
        let job = Job(id: S.id(1), key: S.key(name), identity: S.identity(), foundAt: S.time(0))
        #expect(JobSummary(job).csv.hasPrefix("\(S.id(1)),inbox,\(field),found,"))
        #expect(JobSummary(job).csv.hasSuffix("\r\n"))
        #expect(JobSummary.csvHeader.hasPrefix("job,folder,path,state,"))
    }
}
