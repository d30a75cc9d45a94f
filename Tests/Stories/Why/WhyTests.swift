// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// What `why` says of a file, for every way one can stand.
enum Why {
    static let stories = waiting + working + done + nobodys
}

@Suite(.timeLimit(.minutes(5)), SharedDaemon(Why.stories)) struct WhyTests {
    @Test(arguments: Why.stories) func `why tells of`(story: FolderStory) async throws { try await story.tell() }
}

/// The same questions where no daemon runs.
@Suite(.timeLimit(.minutes(5))) struct WhyWithoutDaemonTests {
    @Test func `the ledger alone answers too, and says that nobody looks`() async throws {
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
}
