// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// What a service manager can rely on: how the daemon reports that it is ready, and what signals do.
@Suite(.timeLimit(.minutes(5))) struct RunTests {
    /// Two folders, and what a third would add.
    private struct Home {
        let home = TemporaryDirectory()
        var configuration: FilePath { home("stemwatch.yaml") }

        init() throws {
            for name in ["one", "two", "three"] { home(name).makeDirectory() }
            try watch("one", "two")
        }

        /// Writes a configuration that watches these folders.
        func watch(_ names: String...) throws {
            let folders = names.map { "  - {path: \(home($0)), settle: 100ms}" }
            try configuration.write(
                "state_dir: \(home("state"))\nfolders:\n" + folders.joined(separator: "\n") + "\n")
        }

        func drop(_ path: String) {
            AudioFixture(seconds: 1, sampleRate: 8000).write(to: home.path.pushing(FilePath(path)))
        }
    }

    @Test func `it logs ready with the folders, notifies the service manager, and SIGTERM ends it with 0`()
        async throws
    {
        let story = try Home()
        let socket = story.home("notify").string
        let manager = NotifyListener(Array(socket.utf8) + [0])
        let end = try await withDaemon(story.configuration, environment: ["NOTIFY_SOCKET": socket]) { daemon in
            try await daemon.line(with: "ready folders=2")
            daemon.send(SIGTERM)
            await daemon.log.over()
        }
        #expect(end.status == .exited(0))
        #expect(end.log.last?.hasSuffix(" stopped") == true)
        var notifications: [String] = []
        while let datagram = manager.next() { notifications.append(datagram) }
        #expect(notifications.contains("READY=1\nSTATUS=watching 2 folders"))
        #expect(notifications.last == "STOPPING=1\nSTATUS=stopping")
    }

    @Test func `with too low a limit on open files it does not start, and names the limit`() async throws {
        let story = try Home()
        let end = try await withDaemon(
            story.configuration, launcher: ["/bin/sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"], awaitReady: false
        ) { daemon in await daemon.log.over() }
        #expect(end.status == .exited(1))
        let logged = end.log.joined(separator: "\n")
        #expect(logged.contains("only 64 files may be open at once, and 128 are needed"))
        #expect(logged.contains("LimitNOFILE="))
    }

    @Test func `SIGHUP makes it watch new folders, and no longer removed ones`() async throws {
        let story = try Home()
        try await withDaemon(story.configuration) { daemon in
            try story.watch("two", "three")
            daemon.send(SIGHUP)
            try await daemon.line(with: "folder one: gone")
            try await daemon.line(with: "folder three: new")
            let again = await daemon.log.line(2) { $0.contains("ready folders=2") }
            try #require(again != nil)
            story.drop("one/song.wav")
            for name in ["two", "three"] {
                story.drop("\(name)/song.wav")
                try await daemon.line(with: "delivered", "folder=\(name)")
            }
            let jobs = try await StoryProgram.run(["jobs", "--json", "--config", story.configuration.string])
            let folders = try JSONValue(parsing: jobs.output.utf8).array?.map { $0["folder"]?.string }
            #expect(Set(folders ?? []) == ["two", "three"])
        }
    }

    @Test func `SIGHUP with a bad file changes nothing, and the place of the error is logged`() async throws {
        let story = try Home()
        try await withDaemon(story.configuration) { daemon in
            try story.configuration.write("state_dir: \(story.home("state"))\nfolder:\n  - path: here\n")
            daemon.send(SIGHUP)
            try await daemon.line(with: "\(story.configuration):2:1: unknown key folder; did you mean folders?")
            try await daemon.line(with: "the configuration is not reloaded")
            story.drop("one/song.wav")
            try await daemon.line(with: "delivered", "folder=one")
        }
    }

    @Test func `a second daemon on the same state refuses to start, and names the first`() async throws {
        let story = try Home()
        try await withDaemon(story.configuration) { daemon in
            let second = try await StoryProgram.run(["run", "--config", story.configuration.string])
            #expect(second.status == .exited(1))
            let lines = second.errors.split(separator: "\n")
            #expect(lines.count == 1, "\(second.errors)")
            #expect(second.errors.contains("process \(daemon.identifier) is using \(story.home("state"))"))
            #expect(second.errors.contains("code=ledger.locked"))
        }
    }
}
