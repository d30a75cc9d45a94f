// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// A watched folder, and the real service that separates its songs, side by side on loopback.
struct OwnService: Sendable {
    let home = TemporaryDirectory()
    /// The service's port, also after it is killed and started again.
    let port = LoopbackPort()
    private static let email = "ada@example.com"

    var inbox: FilePath { home("inbox") }
    var stems: FilePath { home("inbox-stems") }
    var state: FilePath { home("state") }
    /// The daemon's.
    var configuration: FilePath { home("stemwatch.yaml") }
    /// The service's.
    var serviceConfiguration: FilePath { home("stemlab.yaml") }
    private var password: FilePath { home("password") }
    private var url: String { "http://127.0.0.1:\(port.number)" }

    /// - Parameters:
    ///   - slots: songs in progress at once.
    ///   - separation: keys of the service's `separation`.
    init(slots: Int = 1, separation: String = "") throws {
        for directory in [inbox, state] { directory.makeDirectory() }
        try configuration.write(
            """
            state_dir: \(state)
            folders: [{path: \(inbox), settle: 100ms, backend: lab, existing_files: take, min_duration: 100ms}]
            retry: {first: 10ms, ceiling: 200ms}
            backends:
              lab: {type: stemlab, url: "\(url)", stall_timeout: 5s, slots: \(slots)}
            """)
        // A client that is killed and restarted sends more requests than a normal one.
        try serviceConfiguration.write(
            """
            state_dir: \(home("lab"))
            public_url: \(url)
            listen: {port: \(port.number)}
            separation: {slots: 2, free_space: 0B\(separation)}
            rates: {address: 1000000, signin: 1000000, account: 1000000}
            """)
        try password.write("correct horse battery\n")
    }

    /// Makes the account, with `minutes` of audio.
    func open(minutes: Double) async throws {
        try await lab("account", "add", Self.email, "--password-file", password.string)
        try await lab("account", "minutes", Self.email, String(minutes))
    }

    /// Signs the daemon in at the service, which runs.
    func signIn() async throws {
        let outcome = try await StoryProgram.run([
            "login", url, "--email", Self.email, "--password-file", password.string, "--config", configuration.string,
        ])
        #expect(outcome.status.isSuccess, "\(outcome.errors)")
    }

    /// Minutes of the account, in milliseconds of audio.
    struct Balance: Hashable {
        var available: Int64
        var reserved: Int64
        var spent: Int64
    }

    func balance() async throws -> Balance {
        let accounts = try JSONValue(parsing: try await lab("account", "list", "--json").utf8)
        let account = try #require(accounts.array?.first)
        return Balance(
            available: try #require(account["available_ms"]?.int), reserved: try #require(account["reserved_ms"]?.int),
            spent: try #require(account["spent_ms"]?.int))
    }

    /// The uploads and stems that the service still holds.
    func objects() throws -> [String] {
        try ["uploads", "stems"].flatMap { kind in
            try DirectoryListing.entries(of: home("lab").pushing(FilePath("objects/\(kind)"))).map {
                "\(kind)/\($0.name)"
            }
        }
    }

    /// Runs a command of the service.
    @discardableResult
    private func lab(_ arguments: String...) async throws -> String {
        let outcome = try await StoryProgram.run(
            arguments + ["--config", serviceConfiguration.string], of: StoryProgram.service)
        try #require(outcome.status.isSuccess, "\(outcome.errors)")
        return outcome.output
    }

    // Songs

    /// Different noise for each number, and a different length: 500 ms, 550 ms, 600 ms…
    static func milliseconds(ofSong number: Int) -> Int64 { 500 + 50 * Int64(number) }

    /// Renames a song into the watched folder.
    func drop(song number: Int, as name: String) throws {
        let fixture = AudioFixture(
            .wav16, .noise(seed: UInt64(number)), seconds: Double(Self.milliseconds(ofSong: number)) / 1000)
        let song = fixture.write(to: home("song \(number)"))
        #expect(try DurableFiles.renameWithoutReplacing(song, inbox.appending(name)))
    }

    /// The `stems.json` of a delivered song.
    func manifest(of name: String) throws -> JSONValue {
        try JSONValue(parsing: stems.appending(name).appending("stems.json").bytes())
    }

    /// Whether each stem of a delivered song has the digest in `stems.json`, as another program computes it.
    func digestsMatch(of name: String) async throws -> Bool {
        let stems = try #require(try manifest(of: name)["stems"]?.array)
        let lines = try stems.map { stem in
            "\(try #require(stem["sha256"]?.string))  \(try #require(stem["file"]?.string))\n"
        }
        #expect(lines.count == 4)
        try home("digests").write(lines.joined())
        return try await Shell.succeeds(
            "sha256sum --check --strict --quiet \"$1\"", [home("digests")], in: self.stems.appending(name))
    }
}
