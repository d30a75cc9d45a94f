// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct SharedOutputTests {
    @Test func `two folders may have one output: songs and notes of one name stand side by side`() async throws {
        let home = TemporaryDirectory()
        for name in ["one", "two", "stems"] { home(name).makeDirectory() }
        let configuration = home("stemwatch.yaml")
        try configuration.write(
            """
            state_dir: \(home("state"))
            defaults: {settle: 100ms}
            folders:
              - {path: \(home("one")), output: \(home("stems"))}
              - {path: \(home("two")), output: \(home("stems"))}
            """)
        try await withDaemon(configuration) { daemon in
            for (seconds, name) in zip([1, 1.5], ["one", "two"]) {
                AudioFixture(seconds: seconds, sampleRate: 8000).write(to: home(name).appending("song.wav"))
                try await daemon.line(with: "delivered", "folder=\(name)", "path=song.wav")
                try home(name).appending("broken.wav").write(Array(repeating: 7, count: 5000))
                try await daemon.line(with: "rejected", "folder=\(name)", "path=broken.wav")
            }
            for name in ["broken.problem.txt", "broken.wav.problem.txt"] {
                try await home("stems").appending(name).appears()
            }
        }
        let names = try DirectoryListing.entries(of: home("stems")).map(\.name.string)
        #expect(names.sorted() == ["broken.problem.txt", "broken.wav.problem.txt", "song", "song (2)"])
        for (folder, name) in [("one", "song"), ("two", "song (2)")] {
            let manifest = try JSONValue(parsing: home("stems").appending(name).appending("stems.json").bytes())
            #expect(manifest["folder"]?.string == folder)
        }
    }
}
