// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import FoundationEssentials
import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon
@testable import stemwatch

/// The output about jobs for people, in a zone an hour ahead of UTC, at 09:05.
struct TextOutputTests {
    typealias S = LedgerSamples

    private let text = TextOutput(
        display: Display(isTerminal: false, width: nil) { _ in nil },
        moments: Moments(now: WallTime(rfc3339: "2026-11-23T08:05:00.123Z")!, calendar: CivilCalendar { _ in 3600 }))

    private func job(_ path: String, _ change: (inout Job) -> Void = { _ in }) -> JobSummary {
        var job = Job(id: S.id(1), key: S.key(path), identity: S.identity(), foundAt: S.time(0))
        change(&job)
        return JobSummary(job)
    }

    @Test func `jobs are a table of when, what, how long, which and what is next`() {
        let failure = Failure(.audioNotAudio, "b.wav is no audio", hint: "put a song there", remedy: .reject)
        let jobs = [
            job("Album/東京.wav") { $0.step = .queued },
            job("b.wav") { $0.ending = .rejected(failure) },
            job("c.wav") {
                $0.step = .submitting
                $0.wait = .deferred(failure, attempt: 1, retryAt: S.time(600))
            },
        ]
        #expect(
            text.jobs(jobs) == """
                TIME         STATE       LENGTH  TRACK                 JOB                         NEXT
                today 09:00  waiting          –  inbox/Album/東京.wav  \(S.id(1))  is separated
                today 09:00  rejected         –  inbox/b.wav           \(S.id(1))  nothing
                    b.wav is no audio
                    put a song there
                today 09:00  submitting       –  inbox/c.wav           \(S.id(1))  tried again today 09:10 (in 5 min)
                    b.wav is no audio
                    put a song there
                """)
        #expect(text.jobs([]) == "no jobs")
    }

    @Test func `an active job shows its progress, and a finished one where its stems are`() {
        var done = S.fullJob(nil, nil)
        done.step = .released
        let table = text.jobs([
            JobSummary(done), JobSummary(done, activity: Activity(kind: .uploading, fraction: 0.429)),
        ])
        let lines = table.split(separator: "\n")
        #expect(lines[1].contains("delivered") && !table.contains("released"))
        #expect(lines[1].contains("stems in \(Printable(done.delivered!.output))"))
        #expect(lines[2].contains("uploading 42 %"))
    }

    @Test func `control characters in a name are made harmless`() {
        #expect(text.jobs([job("a\u{1B}[2J\n.wav")]).contains("inbox/a\\x1b[2J\\x0a.wav"))
    }

    @Test func `every state has a word`() {
        for state in JobState.allCases { #expect(StateWord(state.rawValue) != nil) }
        #expect(StateWord("sang") == nil)
        #expect(StateWord("released")?.word == "delivered")
    }

    @Test func `a status without a daemon shows that, and how to start one`() throws {
        let json = #"{"daemon":"not running","folders":[],"jobs":{"delivered":1,"released":2,"held":1}}"#
        let status = text.status(try decode(StatusReport.self, json))
        #expect(status.hasPrefix("stemwatch is not running\n"))
        #expect(status.contains("stemwatch run"))
        #expect(status.contains("3 delivered, 1 held"))
    }

    @Test func `a status with a daemon shows its folders, its problems and its progress`() throws {
        let json = """
            {"backends":[{"busy":1,"name":"builtin","slots":2}],"daemon":"running","folders":[{"backend":"builtin",\
            "files":3,"name":"inbox","output":"/out","path":"/in","paused":true,"trouble":{"code":"folder.unmounted",\
            "hint":"mount it","message":"/in is not mounted"},"unreadable":["no"],"watching":"inotify"}],\
            "jobs":{"separating":1},"pid":7,"running":[{"activity":"separating","folder":"inbox","job":"J",\
            "path":"a.wav","progress":0.5,"state":"separating"}],"settling":2,"started_at":"2026-11-23T08:00:00.123Z",\
            "trouble":null,"version":"0.1.0"}
            """
        #expect(
            text.status(try decode(StatusReport.self, json)) == """
                stemwatch 0.1.0 is running since today 09:00 (5 min ago), process 7

                Folders
                  inbox: /in → /out, by builtin, not watched, paused, 3 files
                    not watched: /in is not mounted
                    mount it
                    not read: no

                Backends
                  builtin: 1 of 2 at work

                Jobs
                  1 separating, 2 still being written or settling

                In hand
                  separating  [##########..........] 50 %  inbox/a.wav  J
                """)
        #expect(try JSONValue(encoding: decode(StatusReport.self, json)).text() == json)
    }

    @Test func `the history of a file is shown in words, with times`() throws {
        let json = """
            {"exists":true,"history":[{"at":"2026-11-23T08:02:00.000Z","event":"released","job":"J"},\
            {"at":"2026-11-23T08:03:00.000Z","event":"held","failure":{"code":"minutes.none","message":"none left"},\
            "job":"J"}],"path":"/in/a.wav","verdict":"it is done"}
            """
        let report = try decode(PathReport.self, json)
        #expect(
            text.why(report) == """
                /in/a.wav: it is done
                  job J
                  today 09:02:00 (3 min ago)  finished
                  today 09:03:00 (2 min ago)  held: none left (minutes.none)
                """)
        #expect(JSONValue(encoding: report).text() == json)
        let utc = TextOutput(display: text.display, moments: Moments(now: text.moments.now, calendar: nil))
        #expect(utc.why(report).contains("  2026-11-23T08:02:00.000Z (3 min ago)  finished"))
    }
}

/// Reads a response of the daemon as the command line does.
private func decode<Answer: Decodable>(_ type: Answer.Type, _ json: String) throws -> Answer {
    try JSONDecoder().decode(type, from: Data(json.utf8))
}
