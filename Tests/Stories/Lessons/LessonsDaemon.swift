// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// Runs the one daemon that all lessons share, around the suite.
struct LessonsDaemon: SuiteTrait, TestScoping {
    struct Running: Sendable {
        let home: TemporaryDirectory
        let daemon: StoryDaemon
    }
    @TaskLocal private static var current: Running?

    static func running() throws -> Running { try #require(current) }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let home = TemporaryDirectory()
        try Self.prepare(home)
        try await withoutActuallyEscaping(function) { function in
            _ = try await withDaemon(home("stemwatch.yaml")) { daemon in
                try await Self.$current.withValue(Running(home: home, daemon: daemon)) { try await function() }
            }
        }
    }

    private static func prepare(_ home: TemporaryDirectory) throws {
        var folders: [String] = []
        var backends = ["  copy: " + backend(home("copy.sh"), home.path)]
        try home("copy.sh").write(#"cp "$1" "$2/vocals.wav""#)
        for lesson in Lesson.all {
            let own = home("lesson\(lesson.number)")
            own.makeDirectory()
            own.appending("inbox").makeDirectory()
            folders.append("  - path: \(own.appending("inbox"))")
            folders.append("    name: lesson\(lesson.number)")
            folders += lesson.keys.map { "    " + $0.replacing("{own}", with: own.string) }
            guard let script = lesson.script else { continue }
            try own.appending("backend.sh").write(script)
            folders.append("    backend: lesson\(lesson.number)")
            backends.append("  lesson\(lesson.number): " + backend(own.appending("backend.sh"), own))
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

    private static func backend(_ script: FilePath, _ own: FilePath) -> String {
        """
        {type: command, program: /bin/sh, slots: 4, stems: {vocals: vocals.wav}, \
        arguments: ["-e", "\(script)", "{input}", "{output}", "\(own)"]}
        """
    }
}
