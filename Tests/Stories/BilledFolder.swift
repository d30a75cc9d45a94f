// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit

/// A watched folder whose backend bills. It records each submission, and ends by the word in `go`: with success after
/// `good`, with failure after anything else.
struct BilledFolder {
    let home = TemporaryDirectory()
    let ledger: LedgerTail

    /// - Parameter existing: how songs from before the first start are treated.
    init(existing: String = "take") throws {
        for directory in [home("inbox"), home("state")] { try DurableFiles.makeDirectory(directory) }
        try home("separate.sh").write(
            """
            echo run >>'\(home("submissions"))'
            # At most a minute: what a test leaves running ends by itself.
            [ "$(timeout 60 cat '\(home("go"))')" = good ]
            { head -c 44 "$1"; tail -c +45 "$1" | LC_ALL=C tr '\\1' '\\2'; } >"$2/vocals.wav"
            """)
        try home("stemwatch.yaml").write(
            """
            state_dir: \(home("state"))
            folders: [{path: \(home("inbox")), settle: 100ms, backend: studio, existing_files: \(existing)}]
            backends:
              studio:
                type: command
                program: /bin/sh
                arguments: [-e, "\(home("separate.sh"))", "{input}", "{output}"]
                stems: {vocals: vocals.wav}
                billed: true

            """)
        ledger = try LedgerTail(home("state"))
    }

    var configuration: FilePath { home("stemwatch.yaml") }

    /// Makes the pipe from which the backend reads the word.
    func prepare() async throws { try await shell("mkfifo go") }

    func shell(_ script: String) async throws { try await Shell.run(script, in: home.path).requireSuccess() }

    /// The output of a script.
    func shown(_ script: String) async throws -> String {
        try await shell("{ \(script); } >shown")
        return try home("shown").text()
    }

    /// A song in the watched folder; the same seed is the same audio.
    func drop(_ name: String, seed: UInt64 = 1) throws {
        let song = AudioFixture(.wav16, .noise(seed: seed), seconds: 1, sampleRate: 8000, channels: 1)
        guard
            try DurableFiles.renameWithoutReplacing(
                song.write(to: home("song.wav")), home("inbox").appending(name))
        else { throw StoryFailure("\(name) is there already") }
    }

    /// Waits for an event's line in the ledger, the `count`th of its kind.
    func happens(_ event: String, count: Int = 1) async {
        _ = await ledger.lines.line(count) { $0.contains("\"event\":\"\(event)\"") }
    }

    /// How often a track was submitted.
    func submissions() throws -> Int { try home("submissions").bytes().count { $0 == UInt8(ascii: "\n") } }

    /// The latest job of a file, as `jobs --json` has it.
    func job(_ path: String) async throws -> JSONValue {
        let outcome = try await StoryProgram.run(["jobs", "--json", "--config", configuration.string])
        let jobs = try JSONValue(parsing: outcome.output.utf8).array ?? []
        guard let job = jobs.last(where: { $0["path"]?.string == path }) else {
            throw StoryFailure("there is no job of \(path): \(outcome.output) \(outcome.errors)")
        }
        return job
    }

    func order(_ command: String, _ argument: String) async throws {
        try await StoryProgram.run([command, argument, "--config", configuration.string]).status.requireSuccess()
    }
}
