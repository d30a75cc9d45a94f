// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

/// A watched folder with its configuration, as a person would have it.
struct StoryFolder {
    let home = TemporaryDirectory()
    var inbox: FilePath { home("inbox") }
    var stems: FilePath { home("inbox-stems") }
    var configuration: FilePath { home("stemwatch.yaml") }

    init(folder: String = "", rest: String = "") throws {
        _ = try DurableFiles.makeDirectory(inbox)
        let text = """
            state_dir: \(home("state"))
            folders:
              - path: \(inbox)
                settle: 200ms
            \(folder)
            \(rest)
            """
        try DurableFiles.replace(configuration, with: Array(text.utf8))
    }
}

@Suite(.timeLimit(.minutes(5))) struct Deliveries {
    @Test func `a song dropped into the folder has its stems beside it`() async throws {
        let folder = try StoryFolder()
        try await withDaemon(folder.configuration) { daemon in
            let song = AudioFixture(.wav16, .song, seconds: 2).write(to: folder.home("song.wav"))
            #expect(try DurableFiles.renameWithoutReplacing(song, folder.inbox.appending("song.wav")))
            try await daemon.line(with: "delivered", "song.wav")
        }
        for stem in StemName.standard {
            let reader = try AudioReader(folder.stems.appending("song").appending("\(stem).wav"))
            #expect(reader.format.sampleRate == 44_100)
        }
        #expect(try FileStatus.at(folder.stems.appending("song").appending("stems.json")) != nil)
        #expect(try FileStatus.at(folder.inbox.appending("song.wav")) != nil)
    }
}
