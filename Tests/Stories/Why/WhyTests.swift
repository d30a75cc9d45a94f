// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// The output of `why` for a file in every state.
enum Why {
    static let stories = waiting + working + done + ignored
}

@Suite(.timeLimit(.minutes(5)), SharedDaemon(Why.stories)) struct WhyTests {
    @Test(arguments: Why.stories) func `why describes`(story: FolderStory) async throws { try await story.run() }
}

/// The same commands where no daemon runs.
@Suite(.timeLimit(.minutes(5))) struct WhyWithoutDaemonTests {
    @Test func `why also works from the ledger alone, and reports that no daemon runs`() async throws {
        let folder = try StoryFolder()
        try await withDaemon(folder.configuration) { daemon in
            try folder.inbox.appending("broken.wav").write(Array(repeating: 7, count: 5000))
            AudioFixture(seconds: 1).write(to: folder.inbox.appending("song.wav"))
            try await daemon.line(with: "rejected", "path=broken.wav")
            try await daemon.line(with: "delivered", "path=song.wav")
        }
        AudioFixture(seconds: 1).write(to: folder.inbox.appending("later.wav"))
        AudioFixture(seconds: 2).write(to: folder.inbox.appending("song.wav"))
        for (name, words) in [
            ("broken.wav", "it is rejected: broken.wav is no audio"),
            ("later.wav", "it is not known yet: no daemon runs that could find it"),
            ("song.wav", "it changed since it was released: no daemon runs that could find it"),
            ("none.wav", "nothing of that name is there now"),
        ] {
            let path = folder.inbox.appending(name).string
            let answer = try await StoryProgram.run(["why", path, "--config", folder.configuration.string])
            #expect(answer.status.isSuccess && answer.output.contains("\(name): \(words)"), "\(answer)")
        }
    }

    @Test func `a folder that is unavailable is reported as such`() async throws {
        let folder = try StoryFolder(folder: "    marker: .mounted")
        for path in ["song.wav", "none.wav"] {
            if path == "song.wav" { AudioFixture(seconds: 1).write(to: folder.inbox.appending(path)) }
            let name = folder.inbox.appending(path).string
            let answer = try await StoryProgram.run(["why", name, "--config", folder.configuration.string])
            #expect(
                answer.output.contains("at the moment: the watched folder \(folder.inbox) lacks its marker"),
                "\(answer)")
        }
    }

    @Test func `the jobs of one file are listed one after the other, each by its identifier`() async throws {
        let folder = try StoryFolder()
        let song = folder.inbox.appending("song.wav")
        try await withDaemon(folder.configuration) { daemon in
            for size in [5000, 6000] {
                try song.write(Array(repeating: 7, count: size))
                _ = await daemon.log.line(size / 1000 - 4) { $0.contains(" rejected") && $0.contains("path=song.wav") }
            }
            let events = { (job: JSONValue) in job["job"]?.string ?? "" }
            let listed = try await StoryProgram.run(["jobs", "--json", "--config", folder.configuration.string])
            let jobs = try (JSONValue(parsing: listed.output.utf8).array ?? []).map(events)
            #expect(jobs.count == 2)
            // As when one job continues while the other begins.
            let last = try await StoryProgram.run(["retry", jobs[0], "--config", folder.configuration.string])
            #expect(last.status.isSuccess, "\(last)")
            try await daemon.line(with: "rejected", "song.wav")
            let answer = try await StoryProgram.run(["why", song.string, "--config", folder.configuration.string])
            let lines = answer.output.split(separator: "\n").map(String.init)
            let headings = jobs.map { job in lines.firstIndex(of: "  job \(job)") ?? -1 }
            let resumed = lines.firstIndex { $0.contains("  resumed") } ?? -1
            #expect(headings[0] > 0 && headings[0] < resumed && resumed < headings[1], "\(answer.output)")
        }
    }
}
