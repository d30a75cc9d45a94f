// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// Earlier work, and where stems go.
extension Lesson {
    static let deliveries: [Lesson] = [
        Lesson(
            name: "done", title: "finished work is neither repeated nor logged again, however often the daemon starts"
        ) { _ in
            let story = try StoryFolder(
                folder: "    backend: copy",
                rest: #"""
                    backends:
                      copy:
                        type: command
                        program: /bin/sh
                        arguments: ["-ec", "cp \"$1\" \"$2/vocals.wav\"", "sh", "{input}", "{output}"]
                        stems: {vocals: vocals.wav}
                        slots: 4
                    """#)
            @Sendable func drop(_ number: Int) {
                AudioFixture(.wav16, .noise(seed: UInt64(number)), seconds: 1, sampleRate: 8000, channels: 1)
                    .write(to: story.inbox.appending("\(number).wav"))
            }
            try await withDaemon(story.configuration) { daemon in
                for number in 1...20 { drop(number) }
                for number in 1...20 { try await daemon.line(with: "delivered", "path=\(number).wav") }
            }
            let again = try await withDaemon(story.configuration) { daemon in
                drop(21)
                try await daemon.line(with: "delivered", "path=21.wav")
            }
            #expect(again.log.filter { $0.contains(" path=") }.allSatisfy { $0.contains(" path=21.wav") })
        },
        Lesson(
            name: "collisions", title: "names do not collide, stems are not taken as input, outputs are not watched",
            keys: ["backend: builtin"]
        ) { folder in
            try await folder.shell("mkdir inbox/One inbox/Two")
            try await folder.shell("cp \"$1\" inbox/One/song.wav", folder.song())
            try await folder.shell("cp \"$1\" inbox/Two/song.wav", folder.song())
            for artist in ["One", "Two"] {
                try await folder.reaches("delivered", "\(artist)/song.wav")
                #expect(try folder.delivered("\(artist)/song/vocals.wav"))
            }
            try await folder.shell("cp inbox-stems/One/song/vocals.wav inbox/again.wav")
            try await folder.reaches("rejected", "again.wav")
            #expect(try await folder.jobs("again.wav").first?["code"]?.string == "source.is_stem")
            let loop = folder.own.appending("loop.yaml")
            try loop.write("folders: [{path: \(folder.inbox), output: \(folder.inbox)/stems}]\n")
            let check = try await StoryProgram.run(["check", "--config", loop.string])
            #expect(check.status == .exited(3) && check.errors.contains("loop.yaml:1:"))
        },
        Lesson(
            name: "names",
            title:
                "names are bytes, ASCII for other programs, NFC for people (OutputFolderTests: groups, failed chown)",
            keys: [#"mode: "0640""#], script: #"echo "$1" >>"$3/names"; cp "$1" "$2/vocals.wav""#
        ) { folder in
            let decomposed = "Cafe\u{301}.wav"
            try await folder.shell("cp \"$1\" \"inbox/$2\"", folder.song(), FilePath(decomposed))
            try await folder.shell("cp \"$1\" \"inbox/$(printf 'bad\\377.wav')\"", folder.song("other.wav"))
            try await folder.reaches("delivered", decomposed)
            let odd = await folder.daemon.log.first {
                $0.contains("delivered") && $0.contains("folder=\(folder.name) ") && $0.contains("bad")
            }
            #expect(odd != nil)
            let entries = try DirectoryListing.entries(of: folder.stems).map { Array(bytes: $0.name) }
            #expect(entries.contains(Array("Caf\u{E9}".utf8)))
            #expect(entries.count == 2)
            let vocals = try FileStatus.at(folder.stems.pushing("Caf\u{E9}/vocals.wav"))
            #expect(vocals.map { $0.mode & 0o777 } == 0o640)
            #expect(try folder.own.appending("names").bytes().allSatisfy { $0 < 0x80 })
        },
    ]
}
