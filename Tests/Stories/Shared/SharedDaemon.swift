// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// Runs the one daemon that all stories of a suite share, around it.
struct SharedDaemon: SuiteTrait, TestScoping {
    private let stories: [FolderStory]

    init(_ stories: [FolderStory]) { self.stories = stories }

    struct Running: Sendable {
        let home: TemporaryDirectory
        let daemon: StoryDaemon
        let ledger: LedgerTail
    }
    @TaskLocal private static var current: Running?

    static func running() throws -> Running { try #require(current) }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let home = TemporaryDirectory()
        try prepare(home)
        try DurableFiles.makeDirectory(home("state"), mode: 0o700)
        let ledger = try LedgerTail(home("state"))
        try await withoutActuallyEscaping(function) { function in
            _ = try await withDaemon(home("stemwatch.yaml")) { daemon in
                try await Self.$current.withValue(Running(home: home, daemon: daemon, ledger: ledger)) {
                    try await function()
                }
            }
        }
    }

    private func prepare(_ home: TemporaryDirectory) throws {
        var folders: [String] = []
        var backends = ["  copy: " + Self.backend(home("copy.sh"), home.path, slots: 4)]
        try home("copy.sh").write(#"cp "$1" "$2/vocals.wav""#)
        for story in stories {
            let own = home(story.name)
            own.makeDirectory()
            own.appending("inbox").makeDirectory()
            folders.append("  - path: \(own.appending("inbox"))")
            folders.append("    name: \(story.name)")
            folders += story.keys.map { "    " + $0.replacing("{own}", with: own.string) }
            guard let script = story.script else { continue }
            try own.appending("backend.sh").write(script)
            folders.append("    backend: \(story.name)")
            backends.append("  \(story.name): " + Self.backend(own.appending("backend.sh"), own, slots: story.slots))
        }
        let text = """
            state_dir: \(home("state"))
            log_level: debug
            retry: {first: 100ms, ceiling: 200ms}
            defaults: {settle: 200ms, backend: copy}
            folders:
            \(folders.joined(separator: "\n"))
            backends:
            \(backends.joined(separator: "\n"))
            """
        try home("stemwatch.yaml").write(text)
    }

    private static func backend(_ script: FilePath, _ own: FilePath, slots: Int) -> String {
        """
        {type: command, program: /bin/sh, slots: \(slots), stems: {vocals: vocals.wav}, \
        arguments: ["-e", "\(script)", "{input}", "{output}", "\(own)"]}
        """
    }
}
