// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// Jobs that are over.
extension Why {
    static let done: [FolderStory] = [
        FolderStory(name: "rejected", title: "a file that is no song") { folder in
            try folder.inbox.appending("song.wav").write(Array(repeating: 7, count: 5000))
            try await folder.reaches("rejected", "song.wav")
            #expect(
                try await folder.why("song.wav") == "it is rejected: song.wav is no audio of any kind known here")
        },
        FolderStory(
            name: "failed", title: "a song that was given up", script: "exit 0"
        ) { folder in
            try await folder.shell("mv \"$1\" inbox/song.wav", folder.song())
            try await folder.reaches("failed", "song.wav")
            #expect(try await folder.why("song.wav").hasPrefix("it is failed: sh ended without an error, but "))
        },
        FolderStory(
            name: "cancelled", title: "a song that was cancelled by hand",
            script: #"read go <"$3/go"; cp "$1" "$2/vocals.wav""#
        ) { folder in
            try await folder.shell("mkfifo go; mv \"$1\" inbox/song.wav", folder.song())
            try await folder.reaches("separating", "song.wav")
            try await folder.order("cancel", folder.job("song.wav"))
            try await folder.reaches("cancelled", "song.wav")
            #expect(try await folder.why("song.wav") == "it is cancelled: song.wav was cancelled by hand")
        },
        FolderStory(name: "delivered", title: "a song whose stems are there, also when it is gone") { folder in
            try await folder.anotherGoesThrough("song.wav")
            try await folder.reaches("released", "song.wav")
            #expect(try await folder.why("song.wav") == "it is done: its stems are delivered")
            try await folder.shell("rm inbox/song.wav")
            #expect(
                try await folder.why("song.wav") == "nothing of that name is there now; its stems are delivered")
        },
        FolderStory(
            name: "moved", title: "a song that was moved away", keys: ["source: move", "move_to: {own}/done"]
        ) { folder in
            try await folder.anotherGoesThrough("song.wav")
            try await folder.reaches("released", "song.wav")
            #expect(
                try await folder.why("song.wav")
                    == "it is done: its stems are delivered, and it was moved to \(folder.own)/done/song.wav")
        },
        FolderStory(name: "deleted", title: "a song that was deleted as configured", keys: ["source: delete"]) {
            folder in
            try await folder.anotherGoesThrough("song.wav")
            try await folder.reaches("released", "song.wav")
            #expect(
                try await folder.why("song.wav")
                    == "it is done: its stems are delivered, and it was deleted, as configured")
        },
        FolderStory(name: "nothing", title: "a name that nothing ever had") { folder in
            let verdict = try await folder.why("song.wav")
            #expect(verdict == "nothing of that name is there now")
        },
    ]
}
