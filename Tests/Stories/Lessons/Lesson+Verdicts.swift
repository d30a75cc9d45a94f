// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// Files that are ignored, and the verdicts on the others.
extension Lesson {
    static let verdicts: [Lesson] = [
        Lesson(name: "litter", title: "files that NAS and desktops leave beside songs are ignored") { folder in
            let song = folder.song()
            try await folder.shell("mkdir inbox/@eaDir; cp \"$1\" inbox/@eaDir/x.wav; cp \"$1\" inbox/._x.wav", song)
            try await folder.anotherGoesThrough()
            try await folder.order("rescan", folder.name)
            try await folder.anotherGoesThrough("later.wav")
            #expect(try await folder.jobs().map { $0["path"]?.string } == ["another.wav", "later.wav"])
            #expect(try await folder.why("@eaDir/x.wav").contains("ignored: @eaDir (built in)"))
            #expect(try await folder.why("._x.wav").contains("ignored: .* (built in)"))
        },
        Lesson(name: "movers", title: "the temporary names of programs that move files are not songs") { folder in
            let song = folder.song()
            try await folder.shell(
                "mkdir inbox/.~tmp~; cp \"$1\" inbox/.~tmp~/song.wav; cp \"$1\" inbox/song.wav.part", song)
            try await folder.shell("cp \"$1\" inbox/.song.wav.Ab12Cd", song)
            try await folder.shell("mkdir album; cp \"$1\" album/synced.wav", folder.song("synced.wav"))
            try await folder.shell("rsync -r --delay-updates album/ inbox/")
            try await folder.reaches("delivered", "synced.wav")
            try await folder.anotherGoesThrough()
            #expect(try await folder.jobs().map { $0["path"]?.string } == ["synced.wav", "another.wav"])
        },
        Lesson(
            name: "hollow",
            title: "success without stems is a failure, and a source that cannot be moved undoes no delivery",
            keys: ["source: move", "move_to: {own}/done"],
            script: #"echo run >>"$3/runs"; case $(wc -l <"$3/runs") in 1) ;; *) cp "$1" "$2/vocals.wav" ;; esac"#
        ) { folder in
            try await folder.shell(
                "mkdir -p done inbox/Artist; : >done/Artist; cp \"$1\" inbox/Artist/song.wav", folder.song())
            try await folder.reaches("delivered", "Artist/song.wav")
            let runs = try folder.own.appending("runs").bytes()
            #expect(runs.split(separator: UInt8(ascii: "\n")).count == 2)
            try await folder.reaches("held", "Artist/song.wav")
            #expect(try FileStatus.at(folder.inbox.pushing("Artist/song.wav")) != nil)
            #expect(try folder.delivered("Artist/song/vocals.wav"))
            try await folder.shell("rm done/Artist")
            try await folder.reaches("released", "Artist/song.wav")
            #expect(try FileStatus.at(folder.own.pushing("done/Artist/song.wav")) != nil)
            #expect(try folder.own.appending("runs").bytes() == runs)
        },
        Lesson(
            name: "kept", title: "nothing but the source is ever removed (Deliveries: by default not even that)",
            keys: ["source: delete"]
        ) { folder in
            try await folder.shell(
                "mkdir inbox/Album; : >inbox/Album/cover.jpg; cp \"$1\" inbox/Album/song.wav", folder.song())
            try await folder.reaches("released", "Album/song.wav")
            #expect(try FileStatus.at(folder.inbox.pushing("Album/song.wav")) == nil)
            #expect(try FileStatus.at(folder.inbox.pushing("Album/cover.jpg")) != nil)
        },
        Lesson(
            name: "retried", title: "failed work is tried again by itself, broken files wait for a change",
            script: #"echo run >>"$3/runs"; [ "$(wc -l <"$3/runs")" -gt 2 ]; cp "$1" "$2/vocals.wav""#
        ) { folder in
            try folder.inbox.appending("broken.wav").write(Array(repeating: 7, count: 5000))
            try await folder.reaches("rejected", "broken.wav")
            try await folder.anotherGoesThrough()
            #expect(try folder.own.appending("runs").bytes().split(separator: UInt8(ascii: "\n")).count == 3)
            let note = folder.stems.appending("broken.problem.txt")
            try await note.appears()
            try await folder.shell("cp \"$1\" inbox/broken.wav", folder.song())
            try await folder.reaches("delivered", "broken.wav")
            try await note.vanishes()
        },
    ]
}
