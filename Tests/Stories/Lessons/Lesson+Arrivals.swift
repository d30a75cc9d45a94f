// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// How files arrive.
extension Lesson {
    static let arrivals: [Lesson] = [
        Lesson(name: "closes", title: "a file that is closed many times is one job") { folder in
            let bytes = try folder.song().bytes()
            let target = folder.inbox.appending("song.wav")
            try target.write([])
            for part in 0..<4 {
                try target.append(Array(bytes[bytes.count * part / 4..<bytes.count * (part + 1) / 4]))
                try await folder.anotherGoesThrough("another\(part).wav")
            }
            try await folder.reaches("delivered", "song.wav")
            #expect(try await folder.jobs("song.wav").count == 1)
        },
        Lesson(name: "empty", title: "an empty file waits for its content, and is never rejected") { folder in
            let target = folder.inbox.appending("song.wav")
            try target.write([])
            try await folder.anotherGoesThrough()
            #expect(try await folder.why("song.wav").contains("is empty"))
            #expect(try await folder.jobs("song.wav").isEmpty)
            try target.write(folder.song().bytes())
            try await folder.reaches("delivered", "song.wav")
        },
        Lesson(name: "open", title: "a file that is open for writing waits, and continues when it is closed") {
            folder in
            let bytes = try folder.song().bytes()
            let writer = try FileDescriptor.open(
                folder.inbox.appending("song.wav"), .writeOnly, options: [.create, .closeOnExec],
                permissions: .ownerReadWrite)
            _ = try writer.writeAll(bytes)
            try await folder.anotherGoesThrough()
            #expect(try await folder.why("song.wav").contains("open for writing"))
            #expect(try await folder.jobs("song.wav").isEmpty)
            try writer.close()
            try await folder.reaches("delivered", "song.wav")
        },
        Lesson(
            name: "changed", title: "new content is a new job, and the old one is cancelled",
            script: #"[ -e "$3/changed" ] || { echo >"$3/begun"; read go <"$3/go"; }; cp "$1" "$2/vocals.wav""#
        ) { folder in
            try await folder.shell("mkfifo begun go; cp \"$1\" inbox/song.wav", folder.song())
            try await folder.shell("read line <begun; : >changed; cp \"$1\" inbox/song.wav", folder.song(seconds: 2))
            try await folder.reaches("cancelled", "song.wav")
            try await folder.reaches("delivered", "song.wav")
            #expect(try await folder.jobs("song.wav").map { $0["code"]?.string } == ["source.changed", nil])
            #expect(try await folder.jobs("song.wav").last?["minutes_ms"]?.int == 2000)
        },
        Lesson(
            name: "copying", title: "a file that is still being copied is not touched, whatever happens to sources",
            keys: ["source: delete"]
        ) { folder in
            let bytes = try folder.song().bytes()
            let target = folder.inbox.appending("song.wav")
            try target.write(Array(bytes[..<9000]))
            let before = try FileStatus.at(target)
            try await folder.anotherGoesThrough()
            try await folder.reaches("released", "another.wav")
            #expect(try FileStatus.at(folder.inbox.appending("another.wav")) == nil)
            #expect(try FileStatus.at(target) == before)
            try target.append(Array(bytes[9000...]))
            try await folder.reaches("released", "song.wav")
            #expect(try FileStatus.at(target) == nil)
        },
        Lesson(name: "aborted", title: "an aborted copy waits for the rest, and an odd header alone delays nothing") {
            folder in
            let song = folder.song()
            try await folder.shell("sh -c 'head -c 9000 \"$1\" >inbox/song.wav; kill -9 $$' sh \"$1\" || true", song)
            let odd = folder.song("odd.wav")
            try odd.patch(at: 4, [0xFF, 0xFF, 0xFF, 0xFF])
            try odd.patch(at: odd.offset(of: "data") + 4, [0xFF, 0xFF, 0xFF, 0xFF])
            try await folder.shell("cp \"$1\" inbox", odd)
            try await folder.reaches("delivered", "odd.wav")
            #expect(try await folder.why("song.wav").contains("declares"))
            #expect(try await folder.jobs("song.wav").isEmpty)
            try await folder.shell("cp \"$1\" inbox/song.wav", song)
            try await folder.reaches("delivered", "song.wav")
        },
        Lesson(
            name: "linked", title: "a hard link gives only CREATE, and is a complete file at once", keys: ["settle: 1h"]
        ) { folder in
            try await folder.shell("ln \"$1\" inbox/song.wav", folder.song())
            try await folder.reaches("delivered", "song.wav")
        },
        Lesson(
            name: "renamed", title: "a file that mv or rsync puts in place is complete at once", keys: ["settle: 1h"]
        ) { folder in
            try await folder.shell("mv \"$1\" inbox/moved.wav", folder.song("moved.wav"))
            try await folder.shell("rsync \"$1\" inbox/", folder.song("synced.wav"))
            try await folder.reaches("delivered", "moved.wav")
            try await folder.reaches("delivered", "synced.wav")
            #expect(try await folder.jobs().count == 2)
        },
        Lesson(name: "directory", title: "a directory that is copied or moved in loses none of its tracks") { folder in
            for disc in ["copied", "moved"] {
                try await folder.shell("mkdir -p \(disc)/disc/deep")
                for name in ["1.wav", "disc/2.wav", "disc/deep/3.wav"] { _ = folder.song("\(disc)/\(name)") }
            }
            try await folder.shell("cp -r copied inbox/; mv moved inbox/")
            for disc in ["copied", "moved"] {
                for name in ["1.wav", "disc/2.wav", "disc/deep/3.wav"] {
                    try await folder.reaches("delivered", "\(disc)/\(name)")
                }
            }
            #expect(try folder.delivered("moved/disc/deep/3/vocals.wav"))
        },
    ]
}
