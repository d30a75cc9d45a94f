// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// The progress of a working daemon, as the command line shows it.
@Suite(.timeLimit(.minutes(2)))
struct ProgressTests {
    @Test func `the progress of an upload is visible from outside while it is sent`() async throws {
        try await LiveService.run { account in
            let home = TemporaryDirectory()
            for name in ["inbox", "state"] { home(name).makeDirectory() }
            // Some 1.8 MB at 50 kB a second: the test does not wait for its end.
            let configuration = home("stemwatch.yaml")
            let authority = try #require(account.authority)
            try configuration.write(
                """
                state_dir: \(home("state"))
                folders: [{path: \(home("inbox")), settle: 100ms, backend: studio, existing_files: take}]
                backends:
                  studio: {type: stemlab, url: "\(account.url)", ca_file: \(authority), upload_kbps: 400}
                """)
            let service = StemlabSettings(url: try ServiceURL(account.url))
            try TokenFile.write(
                account.token, to: service.tokenFile(stateDirectory: home("state")), stateDirectory: home("state"))
            AudioFixture(.wav16, .noise(seed: 1), seconds: 10).write(to: home("inbox").appending("Song.wav"))

            @Sendable func ask(_ arguments: String...) async throws -> String {
                let outcome = try await StoryProgram.run(arguments + ["--config", configuration.string])
                return outcome.output
            }
            try await withDaemon(configuration) { _ in
                var seen: [Double] = []
                while seen.count < 2 {
                    let status = try JSONValue(parsing: try await ask("status", "--json").utf8)
                    guard let run = status["running"]?.array?.first, run["activity"]?.string == "uploading",
                        let share = run["progress"]?.double, share > 0, share != seen.last
                    else { continue }
                    seen.append(share)
                }
                #expect(seen[0] < seen[1] && seen[1] < 1)
                #expect(
                    try await ask("status").firstMatch(of: /uploading +\[[#.]{20}\] +[0-9]{1,2} % +inbox\/Song.wav/)
                        != nil)
                let jobs = try await ask("jobs")
                #expect(jobs.firstMatch(of: /uploading [0-9]{1,2} % .*inbox\/Song.wav/) != nil, "\(jobs)")
                let why = try await ask("why", home("inbox").appending("Song.wav").string)
                #expect(why.contains(#/being uploaded to studio, [0-9]{1,2} % done/#), "\(why)")
                let job = try #require(
                    JSONValue(parsing: await ask("jobs", "--json").utf8).array?.first?["job"]?.string)
                #expect(try await ask("show", job).contains(#/uploading [0-9]{1,2} %/#))
                let shown = try JSONValue(parsing: try await ask("show", job, "--json").utf8)
                #expect(shown["activity"]?.string == "uploading")
                #expect(try #require(shown["progress"]?.double) >= seen[1])
            }
            // The progress is kept only in memory.
            let ledger = String(decoding: try home("state").appending("ledger.jsonl").bytes(), as: UTF8.self)
            #expect(!ledger.contains("progress") && !ledger.contains("uploading"))
        }
    }
}
