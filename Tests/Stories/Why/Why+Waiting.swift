// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

/// Files that have no job yet.
extension Why {
    static let waiting: [FolderStory] = [
        FolderStory(
            name: "unknown", title: "a file that no scan has seen yet",
            keys: ["watch: poll", "poll_interval: 1h", "settle_polled: 100ms"]
        ) { folder in
            try await folder.shell("cp \"$1\" inbox/song.wav", folder.song())
            #expect(
                try await folder.why("song.wav")
                    == "it is not known yet: the next scan finds it (stemwatch rescan looks now)")
            try await folder.order("rescan", folder.name)
            try await folder.reaches("delivered", "song.wav")
        },
        FolderStory(
            name: "away", title: "a file in a folder that cannot be watched", keys: ["marker: .mounted"]
        ) { folder in
            try await folder.shell("cp \"$1\" inbox/song.wav", folder.song())
            let verdict = try await folder.why("song.wav")
            #expect(verdict.hasPrefix("it is not known, and is not looked for at the moment: "))
            #expect(verdict.contains("lacks its marker"))
            let nothing = try await folder.why("none.wav")
            #expect(
                nothing.hasPrefix("nothing of that name is there now, and its folder is not watched at the moment: "))
        },
        FolderStory(name: "settling", title: "a file that was written a moment ago", keys: ["settle: 1h"]) { folder in
            try await folder.shell("cp \"$1\" inbox/slow.wav", folder.song())
            // Seen after it, and complete at once.
            try await folder.shell("mv \"$1\" inbox/moved.wav", folder.song())
            try await folder.reaches("delivered", "moved.wav")
            #expect(try await folder.why("slow.wav").hasPrefix("it waits to be left alone for long enough"))
        },
        FolderStory(name: "empty", title: "an empty file") { folder in
            try folder.inbox.appending("song.wav").write([])
            try await folder.anotherGoesThrough()
            #expect(try await folder.why("song.wav").hasPrefix("it is empty, waits for content"))
        },
        FolderStory(name: "writing", title: "a file that is open for writing") { folder in
            let writer = try FileDescriptor.open(
                folder.inbox.appending("song.wav"), .writeOnly, options: [.create, .closeOnExec],
                permissions: .ownerReadWrite)
            _ = try writer.writeAll(folder.song().bytes())
            try await folder.anotherGoesThrough()
            #expect(try await folder.why("song.wav").hasPrefix("it is open for writing in another program"))
            try writer.close()
            try await folder.reaches("delivered", "song.wav")
        },
        FolderStory(name: "incomplete", title: "a file that lacks its end") { folder in
            try folder.inbox.appending("song.wav").write(Array(folder.song().bytes()[..<9000]))
            try await folder.anotherGoesThrough()
            let verdict = try await folder.why("song.wav")
            #expect(verdict.hasPrefix("it is incomplete (song.wav declares "))
            #expect(verdict.contains("waits for the rest"))
        },
        FolderStory(name: "paused", title: "a file in a folder that is paused") { folder in
            try await folder.order("pause", folder.name)
            try await folder.shell("mv \"$1\" inbox/song.wav", folder.song())
            try await folder.reaches("found", "song.wav")
            #expect(
                try await folder.why("song.wav")
                    == "it waits: folder paused is paused (stemwatch resume paused goes on)")
            try await folder.order("resume", folder.name)
            try await folder.reaches("delivered", "song.wav")
        },
    ]
}
