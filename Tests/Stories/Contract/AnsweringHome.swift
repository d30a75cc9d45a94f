// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// A configuration with a delivered song in a directory and a rejected one, for a suite that reads about them: from the
/// running daemon, or from the ledger it left.
struct AnsweringHome: SuiteTrait, TestScoping {
    struct Scene: Sendable {
        let folder: StoryFolder
        /// The job of `Album/song.wav`.
        let delivered: String
        /// The job of `broken.wav`.
        let rejected: String

        func run(_ arguments: [String]) async throws -> StoryProgram.Outcome {
            let words = arguments.map {
                switch $0 {
                case "DELIVERED": delivered
                case "REJECTED": rejected
                case "SONG": folder.inbox.pushing("Album/song.wav").string
                default: $0
                }
            }
            return try await StoryProgram.run(words + ["--config", folder.configuration.string])
        }

        /// With `--json`: always one document.
        func ask(_ arguments: [String]) async throws -> (answer: JSONValue, status: TerminationStatus) {
            let outcome = try await run(arguments + ["--json"])
            do {
                return (try JSONValue(parsing: outcome.output.utf8), outcome.status)
            } catch {
                throw StoryFailure("\(arguments) printed no JSON: \(outcome)")
            }
        }
    }
    @TaskLocal private static var current: Scene?
    static func scene() throws -> Scene { try #require(current) }

    let daemonRuns: Bool

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let folder = try StoryFolder(rest: "limits: {minutes_per_day: 120}")
        folder.inbox.appending("Album").makeDirectory()
        try await withoutActuallyEscaping(function) { function in
            let end = try await withDaemon(folder.configuration) { daemon in
                let scene = try await Self.play(folder, daemon)
                if daemonRuns { try await Self.$current.withValue(scene) { try await function() } }
                return scene
            }
            if !daemonRuns { try await Self.$current.withValue(end.value) { try await function() } }
        }
    }

    private static func play(_ folder: StoryFolder, _ daemon: StoryDaemon) async throws -> Scene {
        AudioFixture(seconds: 1, sampleRate: 8000).write(to: folder.inbox.pushing("Album/song.wav"))
        try folder.inbox.appending("broken.wav").write(Array(repeating: 7, count: 5000))
        return Scene(
            folder: folder, delivered: try job(await daemon.line(with: "delivered", "path=Album/song.wav")),
            rejected: try job(await daemon.line(with: "rejected", "path=broken.wav")))
    }

    private static func job(_ line: String) throws -> String {
        let match = try #require(line.firstMatch(of: /job=([0-9A-Z]{26})/))
        return String(match.1)
    }
}
