// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// `stemwatch separate`, as people use it, and the `builtin` backend.
@Suite(.timeLimit(.minutes(5))) struct SeparateTests {
    @Test(arguments: [
        ([], ["vocals.wav", "drums.wav", "bass.wav", "other.wav"]),
        (["--format", "flac"], ["vocals.flac", "drums.flac", "bass.flac", "other.flac"]),
        (["--stems", "vocals,other"], ["vocals.wav", "other.wav"]),
    ])
    func `one file becomes stems of its length, and their paths are printed`(options: [String], stems: [String])
        async throws
    {
        let home = TemporaryDirectory()
        let song = AudioFixture(seconds: 1.5)
        song.write(to: home("song.wav"))
        let outcome = try await StoryProgram.run(
            ["separate", "song.wav", "--output", "stems"] + options, in: home.path)
        #expect(outcome.status.isSuccess, "\(outcome)")
        let paths = stems.map { home("stems").appending($0) }
        #expect(outcome.output.split(separator: "\n").map(String.init) == paths.map(\.string))
        #expect(outcome.errors.hasSuffix("progress 1.0\n"))
        for path in paths {
            let reader = try AudioReader(path)
            #expect(reader.format.sampleRate == 44_100 && reader.format.channels == 2)
            #expect(try reader.expectedFrames() == Int64(song.frames))
        }
        #expect(try DirectoryListing.entries(of: home("stems")).count == stems.count)
    }

    @Test func `a directory that a link leads to takes stems as well`() async throws {
        let home = TemporaryDirectory()
        home("elsewhere").makeDirectory()
        home("elsewhere").link(as: home("stems"))
        AudioFixture(seconds: 0.5, sampleRate: 8000).write(to: home("song.wav"))
        let outcome = try await StoryProgram.run(
            ["separate", "song.wav", "--output", "stems", "--stems", "bass"], in: home.path)
        #expect(outcome.status.isSuccess, "\(outcome)")
        #expect(try FileStatus.at(home("elsewhere").appending("bass.wav")) != nil)
    }
}
