// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// Jobs that are not over.
extension Why {
    static let working: [FolderStory] = [
        FolderStory(
            name: "separating", title: "a song that is separated, and the one that waits behind it",
            script: #"read go <"$3/go"; cp "$1" "$2/vocals.wav""#, slots: 1
        ) { folder in
            try await folder.shell("mkfifo go; mv \"$1\" inbox/first.wav", folder.song())
            try await folder.reaches("separating", "first.wav")
            try await folder.shell("mv \"$1\" inbox/second.wav", folder.song())
            try await folder.records("queued", "second.wav")
            let (first, second) = try await (folder.why("first.wav"), folder.why("second.wav"))
            #expect(first == "it is separating: being separated by separating")
            #expect(second == "it is queued: sound, and waiting for its turn")
            try await folder.shell("echo >go")
            try await folder.reaches("delivered", "first.wav")
            try await folder.shell("echo >go")
            try await folder.reaches("delivered", "second.wav")
        },
        FolderStory(
            name: "minutes", title: "a song that waits for minutes", keys: ["limits: {minutes_per_day: 0.05}"]
        ) { folder in
            try await folder.shell("mv \"$1\" inbox/first.wav", folder.song(seconds: 2))
            try await folder.reaches("delivered", "first.wav")
            try await folder.shell("mv \"$1\" inbox/second.wav", folder.song(seconds: 2))
            try await folder.reaches("held", "second.wav")
            let answer = try await folder.ask("why", folder.inbox.appending("second.wav").string)
            #expect(
                answer["verdict"]?.string
                    == """
                    it is held: this track needs 0.04 min, and 0.04 of the 0.05 min of minutes_per_day of folder minutes \
                    are used
                    """)
            #expect(answer["job"]?["hint"]?.string?.contains("raise minutes_per_day") == true)
            #expect(answer["job"]?["retry_at"]?.string != nil)
        },
    ]
}
