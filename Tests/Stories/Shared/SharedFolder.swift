// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage
import TestKit
import Testing

/// The folder of one story in a running daemon, and the actions of a producer.
struct SharedFolder: Sendable {
    let name: String
    /// A directory of this story alone, on the file system of its folder.
    let own: FilePath
    let daemon: StoryDaemon
    private let ledger: LedgerTail
    /// The configuration of this folder alone: enough for commands, and quick to read.
    let configuration: FilePath

    init(_ story: FolderStory, in running: SharedDaemon.Running) throws {
        name = story.name
        own = running.home(name)
        daemon = running.daemon
        ledger = running.ledger
        configuration = own.appending("client.yaml")
        try configuration.write(
            """
            state_dir: \(running.home("state"))
            folders: [{path: \(own.appending("inbox")), name: \(name)}]

            """)
    }

    var inbox: FilePath { own.appending("inbox") }
    var stems: FilePath { own.appending("inbox-stems") }

    private static let seeds = Atomic<UInt64>(0)

    /// A song with unique audio, outside the watched folder.
    func song(_ name: String = "song.wav", seconds: Double = 1.2) -> FilePath {
        let seed = Self.seeds.add(1, ordering: .relaxed).newValue
        return AudioFixture(.wav16, .noise(seed: seed), seconds: seconds, sampleRate: 8000, channels: 1)
            .write(to: own.appending(name))
    }

    /// Runs a script in the story's own directory.
    func shell(_ script: String, _ arguments: FilePath...) async throws {
        try await Shell.run(script, arguments, in: own).requireSuccess()
    }

    /// Waits until the daemon logs that a file is in a state, for the `count`th time.
    @discardableResult
    func reaches(_ state: String, _ path: String, count: Int = 1) async throws -> String {
        let (start, folder, end) = (" \(state)", " folder=\(name) ", " path=\(path)")
        let line = await daemon.log.line(count) { line in
            line.contains(start) && line.contains(folder) && line.hasSuffix(end)
        }
        guard let line else {
            throw StoryFailure(
                "the daemon, or the time, ended before \(path) was \(state):\n"
                    + daemon.log.lines.joined(separator: "\n"))
        }
        return line
    }

    /// Waits for an event of the first job of a path, also one that is not logged.
    func records(_ event: String, _ path: String) async throws {
        try await ledger.event(event, folder: name, path: path)
    }

    /// Drops another song, written in place, and waits for its stems. Earlier files were probed before it, since they
    /// were quiet for longer.
    func anotherGoesThrough(_ name: String = "another.wav") async throws {
        try await shell("cp \"$1\" \"inbox/$2\"", song("next.wav"), FilePath(name))
        try await reaches("delivered", name)
    }

    /// The output of a reading command with `--json`.
    func ask(_ command: String...) async throws -> JSONValue {
        let outcome = try await StoryProgram.run(command + ["--json", "--config", configuration.string])
        return try JSONValue(parsing: outcome.output.utf8)
    }

    /// Sends an order to the daemon.
    func order(_ command: String...) async throws {
        let outcome = try await StoryProgram.run(command + ["--config", configuration.string])
        try outcome.status.requireSuccess()
    }

    /// The jobs of this folder for a path, the newest last; for all paths when none is named.
    func jobs(_ path: String? = nil) async throws -> [JSONValue] {
        let jobs = try await ask("jobs", "--folder", name).array ?? []
        return jobs.filter { path == nil || $0["path"]?.string == path }
    }

    /// The output of `why` for a file.
    func why(_ path: String) async throws -> String {
        try await ask("why", inbox.pushing(FilePath(path)).string)["verdict"]?.string ?? ""
    }

    /// The identifier of the job for a path, once there is one.
    func job(_ path: String) async throws -> String {
        let jobs = try await jobs(path)
        return try #require(jobs.last?["job"]?.string)
    }

    /// Whether something exists in the output folder.
    func delivered(_ path: String) throws -> Bool { try FileStatus.at(stems.pushing(FilePath(path))) != nil }
}
