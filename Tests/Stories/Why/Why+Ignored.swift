// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// Files that are not watched, and unusual names.
extension Why {
    static let ignored: [FolderStory] = [
        FolderStory(name: "outside", title: "a file outside every folder") { folder in
            let verdict = try await folder.why(folder.song().string)
            #expect(verdict.hasPrefix("it is below no watched folder; watched: "))
            #expect(verdict.contains(folder.inbox.string))
        },
        FolderStory(
            name: "ignored", title: "files and directories that are passed over, by which rule",
            keys: ["ignore: [\"*.demo.wav\", Drafts/]"]
        ) { folder in
            try await folder.shell("mkdir inbox/Drafts inbox/@eaDir")
            for (path, verdict) in [
                ("song.wav.part", "it is ignored: *.part (built in)"),
                ("song.demo.wav", "it is ignored: *.demo.wav (configured)"),
                ("Drafts/song.wav", "it is ignored: Drafts (configured), at the directory Drafts"),
                ("@eaDir", "it is a directory that is ignored: @eaDir (built in), at the directory @eaDir"),
                ("cover.jpg", "it is ignored: the audio extensions: wav "),
            ] {
                #expect(try await folder.why(path).hasPrefix(verdict), "\(path)")
            }
        },
        FolderStory(name: "irregular", title: "directories, links and FIFOs") { folder in
            try await folder.shell(
                "mkdir inbox/Album; ln -s \"$1\" inbox/link.wav; mkfifo inbox/fifo.wav", folder.song())
            try await folder.anotherGoesThrough()
            for (path, verdict) in [
                ("Album", "it is a directory that is watched: ask for a file in it"),
                (".", "it is a directory that is watched: ask for a file in it"),
                ("link.wav", "it is a symbolic link, and links are never followed"),
                ("fifo.wav", "it is not a regular file"),
            ] {
                #expect(try await folder.why(path) == verdict, "\(path)")
            }
            #expect(try await folder.jobs().map { $0["path"]?.string } == ["another.wav"])
        },
        FolderStory(name: "bytes", title: "a name that is not UTF-8, as it was typed") { folder in
            try await folder.shell("mv \"$1\" \"inbox/$(printf 'bad\\377.wav')\"", folder.song())
            let delivered = await folder.daemon.log.first {
                $0.contains(" delivered") && $0.contains("folder=bytes ") && $0.contains("bad\\xff.wav")
            }
            try #require(delivered != nil)
            try await folder.shell(
                "\"$1\" why --config \"$2\" \"inbox/$(printf 'bad\\377.wav')\" >answer", StoryProgram.path,
                folder.configuration)
            let answer = try folder.own.appending("answer").text()
            #expect(answer.hasPrefix("\(folder.inbox)/bad\\xff.wav: it is done: its stems are delivered\n"))
        },
        FolderStory(name: "linked", title: "a song reached by a link to its folder") { folder in
            try await folder.anotherGoesThrough("song.wav")
            try await folder.shell("ln -s inbox shortcut")
            let path = folder.own.pushing("shortcut/song.wav").string
            #expect(try await folder.why(path) == "it is done: its stems are delivered")
        },
    ]
}
