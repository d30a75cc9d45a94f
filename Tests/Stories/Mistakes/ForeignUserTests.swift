// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

/// Commands of another user than the daemon's.
@Suite(.timeLimit(.minutes(5))) struct ForeignUserTests {
    private static let foreignUser = "setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\" >answer 2>&1"

    @Test func `another user gets an error about permissions, not that no daemon runs`() async throws {
        let folder = try StoryFolder()
        let home = folder.home.path
        #expect(chmod(home.string, 0o755) == 0 && chmod(folder.configuration.string, 0o644) == 0)
        guard try await Shell.succeeds(Self.foreignUser, [StoryProgram.path, "--version"], in: home) else {
            try Test.cancel("this takes root, and a binary that everybody can run")
        }
        try await withDaemon(folder.configuration) { _ in
            for command in [["status"], ["jobs"], ["retry", "01ARZ3NDEKTSV4RRFFQ69G5FAV"], ["pause"]] {
                let line = command + ["--config", folder.configuration.string]
                let words = [StoryProgram.path] + line.map { FilePath($0) }
                #expect(try await !Shell.succeeds(Self.foreignUser, words, in: home))
                let answer = try home.appending("answer").text()
                #expect(
                    answer.contains(
                        "\(home)/state/control.sock is closed to this user, so it is not known whether a daemon"))
                #expect(answer.contains("sudo -u stemwatch"))
            }
        }
        // Only the owner can read the state directory, so another user cannot see that the daemon has ended.
        let words = [StoryProgram.path, "jobs", "--config", folder.configuration]
        #expect(try await !Shell.succeeds(Self.foreignUser, words, in: home))
        #expect(try home.appending("answer").text().contains("so it is not known whether a daemon is running there"))
    }
}
