// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// The output of `status` for people.
@Suite(.timeLimit(.minutes(5))) struct StatusTests {
    @Test func `the reason why a directory cannot be read is complete, however long its path is`() async throws {
        let folder = try StoryFolder()
        // Deeper than the longest path.
        let script = """
            cd inbox; name=$(printf '%0200d' 0); i=0
            while [ $i -lt 25 ]; do mkdir $name; cd -P $name; i=$((i + 1)); done
            """
        try await Shell.run(script, in: folder.home.path).requireSuccess()
        try await withDaemon(folder.configuration) { _ in
            let arguments = ["status", "--config", folder.configuration.string]
            let output = try await StoryProgram.run(arguments).output.split(separator: "\n")
            let line = output.first { $0.contains("not read: ") }
            #expect(line?.hasSuffix("too long") == true, "\(output)")
        }
    }
}
