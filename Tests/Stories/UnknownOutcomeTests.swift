// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// A run that costs money and is interrupted, so that it is unknown whether it was charged.
@Suite(.timeLimit(.minutes(5))) struct UnknownOutcomeTests {
    /// A folder with a backend that bills, whose every run records its job. While a FIFO `blocked` exists, a run writes
    /// its supervisor's process id into it, and never ends.
    private struct Home {
        let home = TemporaryDirectory()
        let ledger: LedgerTail
        var inbox: FilePath { home("inbox") }
        var configuration: FilePath { home("stemwatch.yaml") }

        init() throws {
            try DurableFiles.makeDirectory(home("state"), mode: 0o700)
            ledger = try LedgerTail(home("state"))
            inbox.makeDirectory()
            try home("submissions").write("")
            try home("separate.sh").write(
                """
                cd '\(home.path)'
                echo "$STEMWATCH_JOB" >>submissions
                if [ -p blocked ]; then
                    echo $PPID >blocked
                    exec sleep 600
                fi
                # The very track would be known as a stem when it comes again.
                { head -c 44 "$1"; tail -c +45 "$1" | LC_ALL=C tr '\\1' '\\2'; } >"$2/vocals.wav"
                """)
            try configuration.write(
                """
                state_dir: \(home("state"))
                log_level: debug
                folders: [{path: \(inbox), backend: paid}]
                backends:
                  paid:
                    type: command
                    program: /bin/sh
                    arguments: ["-e", "\(home("separate.sh"))", "{input}", "{output}"]
                    stems: {vocals: vocals.wav}
                    billed: true
                    slots: 4
                """)
        }

        func submitted() throws -> [String] { try home("submissions").text().split(separator: "\n").map(String.init) }

        func drop(_ name: String, seed: UInt64 = 1) throws {
            let song = AudioFixture(.wav16, .noise(seed: seed), seconds: 1, sampleRate: 8000, channels: 1)
            _ = try DurableFiles.renameWithoutReplacing(
                song.write(to: home("song")), inbox.appending(name))
        }

        func job(_ name: String) async throws -> JSONValue {
            let jobs = try await StoryProgram.run(["jobs", "--json", "--config", configuration.string])
            let list = try JSONValue(parsing: jobs.output.utf8).array
            return try #require(list?.last { $0["path"]?.string == name })
        }

        /// Gets a song submitted, then kills the daemon and the supervisor of the run.
        func breakOff(_ name: String) async throws {
            home("blocked").makeFIFO()
            try await withDaemon(configuration) { daemon in
                try drop(name)
                try await daemon.line(with: "separating", "path=\(name)")
                try await Shell.run(
                    "read supervisor <blocked; kill -9 $1 $supervisor; rm blocked",
                    [FilePath("\(daemon.identifier)")], in: home.path
                ).requireSuccess()
            }
        }
    }

    @Test func `it is held for a person, and the same audio is not submitted again under any name`() async throws {
        let home = try Home()
        try await home.breakOff("song.wav")
        let job = try await home.job("song.wav")
        let id = try #require(job["job"]?.string)
        #expect(try home.submitted() == [id])
        try await withDaemon(home.configuration) { daemon in
            try await daemon.line(with: "held", "whether it was charged is not known", "path=song.wav")
        }

        for (copy, other) in [("again.wav", "other.wav"), ("once more.wav", "another.wav")] {
            try await withDaemon(home.configuration) { daemon in
                try home.drop(copy)
                try await home.ledger.event("queued", folder: "inbox", path: copy)
                // A later file gets through, so the copy had its turn.
                try home.drop(other, seed: UInt64(other.utf8.count))
                try await daemon.line(with: "released", "path=\(other)")
            }
        }
        let others = try await [home.job("other.wav"), home.job("another.wav")].map { $0["job"]?.string }
        #expect(try home.submitted() == [id] + others)
        #expect(try await home.job("song.wav")["code"]?.string == "backend.outcome_unknown")
        #expect(try await home.job("song.wav")["until"]?.string == "person")
        #expect(
            try await home.job("song.wav")["hint"]?.string?.contains("`stemwatch retry \(id)` runs it again") == true)
        for copy in ["again.wav", "once more.wav"] {
            #expect(try await home.job(copy)["output"] == .null)
        }
    }

    @Test func `when a person lets it run again, it is paid once more and serves every name`() async throws {
        let home = try Home()
        try await home.breakOff("song.wav")
        let job = try await home.job("song.wav")
        let id = try #require(job["job"]?.string)
        try await withDaemon(home.configuration) { daemon in
            try await daemon.line(with: "held", "path=song.wav")
            try home.drop("again.wav")
            try await home.ledger.event("queued", folder: "inbox", path: "again.wav")
            let retry = try await StoryProgram.run(["retry", id, "--config", home.configuration.string])
            #expect(retry.status == .exited(0), "\(retry)")
            try await daemon.line(with: "delivered", "path=song.wav")
            try await daemon.line(with: "delivered", "path=again.wav")
        }
        #expect(try home.submitted().count == 2)
    }
}
