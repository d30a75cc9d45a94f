// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// A ledger of the version before 0.1.0, with jobs in every state, and that version's output and results from it.
@Suite(.timeLimit(.minutes(5))) struct OldLedgerTests {
    private static let fixture = FilePath(#filePath).removingLastComponent().appending("Fixtures/old-ledger")
    private let home = TemporaryDirectory()
    private var configuration: FilePath { home("stemwatch.yaml") }
    private var ledger: FilePath { home("state").appending("ledger.jsonl") }

    /// Makes a copy of the ledger, with the two folders that still exist. Its backend `studio` is no longer configured.
    private func prepare() async throws {
        for name in ["state", "inbox", "remixes"] { _ = try await Shell.run("mkdir \(name)", in: home.path) }
        try ledger.write(Self.fixture.appending("ledger.jsonl").bytes())
        try configuration.write(
            """
            state_dir: \(home("state"))
            folders: [{name: inbox, path: \(home("inbox"))}, {name: remixes, path: \(home("remixes"))}]

            """)
    }

    private func ask(_ arguments: String...) async throws -> String {
        try await StoryProgram.run(arguments + ["--config", configuration.string, "--json"]).output
    }

    private func stored(_ name: String) throws -> String {
        String(decoding: try Self.fixture.appending(name).bytes(), as: UTF8.self)
    }

    @Test func `a ledger of the version before gives byte for byte the same output`() async throws {
        try await prepare()
        #expect(try await ask("jobs") == stored("jobs.json"))
        for job in ["01KAR3M5ZVX27CHPV05AFMSY0V", "01KAR3M5ZVY38DJQW16BGNTZ0J"] {
            #expect(try await ask("show", job) == stored("show-\(job).json"))
        }
    }

    @Test func `a daemon continues it as the version before did, and changes no line of it`() async throws {
        try await prepare()
        let tail = try LedgerTail(home("state"))
        try await withDaemon(configuration) { daemon in
            try await daemon.line(with: "cancelled", "Artist/separating.wav")
            try await daemon.line(with: "cancelled", "Artist/queued.wav")
            try await tail.event("released", folder: "inbox", path: "Artist/delivered.wav")
            try await daemon.line(with: "held", "Artist/begun anew.wav")
        }
        #expect(try ledger.bytes().starts(with: Self.fixture.appending("ledger.jsonl").bytes()))
        let jobs = try #require(JSONValue(parsing: await ask("jobs").utf8).array)
        let states = jobs.map { job in
            [job["path"], job["state"], job["code"]].map { $0?.string ?? "-" }.joined(separator: " | ")
        }
        #expect(states.joined(separator: "\n") + "\n" == (try stored("went-on.txt")))
    }
}
