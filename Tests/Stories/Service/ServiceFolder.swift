// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// A watched folder whose songs are separated by a service, and the double of that service.
struct ServiceFolder {
    let home = TemporaryDirectory()
    let service = StemlabDouble()
    var configuration: FilePath { home("stemwatch.yaml") }
    var stems: FilePath { home("inbox-stems") }

    init(retry: String = "{first: 10ms, ceiling: 100ms}") throws {
        home("inbox").makeDirectory()
        home("state").makeDirectory()
        try configuration.write(
            """
            state_dir: \(home("state"))
            folders: [{path: \(home("inbox")), settle: 100ms, backend: studio, existing_files: take, min_duration: 100ms}]
            retry: \(retry)
            backends:
              studio: {type: stemlab, url: "\(service.origin)", stall_timeout: 5s}
            """)
        try home("password").write(StemlabDouble.password + "\n")
    }

    /// Runs a command on this configuration.
    func run(_ arguments: String...) async throws -> StoryProgram.Outcome {
        try await StoryProgram.run(arguments + ["--config", configuration.string])
    }

    func signIn() async throws {
        service.setTokens([])
        let outcome = try await run("login", "--email", StemlabDouble.email, "--password-file", home("password").string)
        #expect(outcome.status.isSuccess, "\(outcome.errors)")
    }

    func drop(_ name: String, seed: UInt64 = 1) throws {
        let song = AudioFixture(.wav16, .noise(seed: seed), seconds: 0.5).write(to: home("song"))
        #expect(try DurableFiles.renameWithoutReplacing(song, home("inbox").appending(name)))
    }
}
