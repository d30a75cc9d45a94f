// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// What people find when they see only the output folder.
@Suite(.timeLimit(.minutes(5)), SharedDaemon(Notes.stories)) struct NotesTests {
    @Test(arguments: Notes.stories) func `a note describes`(story: FolderStory) async throws { try await story.run() }
}

@Suite(.timeLimit(.minutes(5))) struct OldNotesTests {
    @Test func `a note whose song was removed while no daemon ran is removed by the next`() async throws {
        let folder = try StoryFolder()
        let note = folder.stems.appending("broken.problem.txt")
        folder.stems.makeDirectory()
        try folder.inbox.appending("broken.wav").write(Array(repeating: 7, count: 5000))
        try await withDaemon(folder.configuration) { _ in try await note.appears() }
        try DurableFiles.removeTree(folder.inbox.appending("broken.wav"))
        #expect(try FileStatus.at(note) != nil)
        try await withDaemon(folder.configuration) { _ in try await note.vanishes() }
    }
}

enum Notes {
    static let stories: [FolderStory] = [
        FolderStory(
            name: "rejected", title: "a song that is broken, beside where its stems would be, until it is mended"
        ) { folder in
            try await folder.shell("mkdir inbox/Album inbox-stems inbox-stems/Album")
            let note = folder.stems.pushing("Album/song.problem.txt")
            try folder.inbox.pushing("Album/song.wav").write(Array(repeating: 7, count: 5000))
            try await note.appears()
            try check(note, "No stems for “song.wav”.", "there is no audio in it", folder)
            try await folder.shell("cp \"$1\" inbox/Album/song.wav", folder.song())
            try await note.vanishes()
            try await folder.reaches("released", "Album/song.wav")
            // Nothing was written into the watched folder, and no note was taken for a song.
            #expect(try DirectoryListing.entries(of: folder.inbox).map(\.name.string) == ["Album"])
            #expect(try await folder.jobs().map { $0["path"]?.string } == ["Album/song.wav", "Album/song.wav"])
        },
        FolderStory(
            name: "held", title: "a song that is held, until a shorter one takes its place",
            keys: ["limits: {minutes_per_track: 0.025}"]
        ) { folder in
            try await folder.shell("mkdir inbox-stems; cp \"$1\" inbox/song.wav", folder.song(seconds: 3))
            let note = folder.stems.appending("song.problem.txt")
            try await note.appears()
            try check(note, "No stems for “song.wav” yet.", "longer than the minutes one song may take", folder)
            try await folder.shell("cp \"$1\" inbox/song.wav", folder.song())
            try await note.vanishes()
            try await folder.reaches("delivered", "song.wav")
        },
        FolderStory(
            name: "failed", title: "a song that was given up, until it is tried again",
            script: #"[ ! -e "$3/mended" ] || cp "$1" "$2/vocals.wav""#
        ) { folder in
            try await folder.shell("mkdir inbox-stems; cp \"$1\" inbox/song.wav", folder.song())
            let note = folder.stems.appending("song.problem.txt")
            try await note.appears()
            try check(note, "No stems for “song.wav”.", "Separating this song failed, more than once.", folder)
            try await folder.shell(": >mended")
            try await folder.order("retry", folder.job("song.wav"))
            try await note.vanishes()
            try await folder.reaches("delivered", "song.wav")
        },
        FolderStory(
            name: "gone", title: "a song as long as it is there", keys: ["limits: {minutes_per_track: 0.025}"]
        ) { folder in
            try await folder.shell("mkdir inbox-stems; cp \"$1\" inbox/held.wav", folder.song(seconds: 3))
            try folder.inbox.appending("broken.wav").write(Array(repeating: 7, count: 5000))
            for song in ["held", "broken"] {
                let note = folder.stems.appending("\(song).problem.txt")
                try await note.appears()
                try await folder.shell("rm \"inbox/$1.wav\"", FilePath(song))
                try await note.vanishes()
            }
        },
    ]

    /// Reads a note as a producer does: plain words first, and details for the administrator below.
    private static func check(_ note: FilePath, _ title: String, _ reason: String, _ folder: SharedFolder) throws {
        let text = try note.text()
        let parts = text.split(separator: "For whoever looks after Stemwatch:")
        try #require(parts.count == 2, "\(text)")
        #expect(parts[0].hasPrefix(title) && parts[0].contains(reason), "\(text)")
        #expect(!parts[0].contains("/") && !parts[0].contains("_"), "\(text)")
        #expect(parts[0].split(separator: "\n").count == 3, "\(text)")
        #expect(parts[1].contains("stemwatch why '\(folder.inbox)/"), "\(text)")
    }
}
