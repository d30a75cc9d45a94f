// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// How watching fails, and polling.
extension Lesson {
    static let watching: [Lesson] = [
        Lesson(name: "returned", title: "a folder that is removed and put back is watched again") { folder in
            try await folder.shell("mv inbox elsewhere")
            try await folder.logs("was moved away")
            try await folder.shell("mkdir inbox")
            try await folder.order("rescan", folder.name)
            try await folder.logs("watching", count: 2)
            try await folder.anotherGoesThrough()
        },
        Lesson(
            name: "rescan", title: "a change without an event is found by the safety rescan", keys: ["rescan: 1s"]
        ) { folder in
            // A write through a name outside the folder sends no event to watchers of the folder.
            let song = folder.song()
            try await folder.shell("ln \"$1\" inbox/song.wav", song)
            try await folder.reaches("delivered", "song.wav")
            try song.write(folder.song("new.wav", seconds: 2).bytes())
            try await folder.reaches("delivered", "song.wav", count: 2)
        },
        Lesson(name: "overflow", title: "when the kernel's queue overflows, a scan finds the files") { _ in
            let story = try StoryFolder()
            try await withDaemon(story.configuration) { daemon in
                daemon.send(SIGSTOP)
                try EventStorm.pass(over: story.inbox)
                AudioFixture(seconds: 1).write(to: story.inbox.appending("song.wav"))
                daemon.send(SIGCONT)
                try await daemon.line(with: "more happened at once than the kernel's queue holds")
                try await daemon.line(with: "delivered", "song.wav")
            }
        },
        Lesson(
            name: "watches", title: "without inotify watches the folder is polled, and the log has the command to run"
        ) { _ in
            // The limit belongs to the user namespace, so it can be set in a new one.
            let launcher = ["/usr/bin/unshare", "-Ur", "sh", "-ec"]
            guard try await Shell.run("unshare -Ur true", in: "/").isSuccess else {
                try Test.cancel("no user namespaces here: FolderWatchTests has it with inotify instances")
            }
            let story = try StoryFolder(folder: "    poll_interval: 200ms\n    settle_polled: 200ms")
            try await Shell.run("mkdir -p inbox/1/2/3/4", in: story.home.path).requireSuccess()
            try await withDaemon(
                story.configuration,
                launcher: launcher + ["echo 2 >/proc/sys/user/max_inotify_watches; exec \"$@\"", "sh"]
            ) { daemon in
                try await daemon.line(
                    with: "polling every", "inotify watches is reached", "echo fs.inotify.max_user_watches=",
                    "sudo sysctl --system")
                AudioFixture(seconds: 1).write(to: story.inbox.pushing("1/2/3/4/song.wav"))
                try await daemon.line(with: "delivered", "song.wav")
            }
        },
        Lesson(
            name: "unwatched",
            title: "ignored directories are not watched (RepeatedLinesTests: floods of lines are not logged)",
            keys: ["ignore: [Drafts]"]
        ) { folder in
            try await folder.shell("mkdir -p inbox/Artist inbox/@eaDir/Artist inbox/Drafts inbox/.stversions")
            try await folder.anotherGoesThrough("Artist/song.wav")
            let watched = try folder.daemon.watchedInodes()
            let inode = { (name: String) in try FileStatus.at(folder.inbox.appending(name))?.identity.inode ?? 0 }
            #expect(try watched.contains(inode("Artist")))
            for name in ["@eaDir", "Drafts", ".stversions"] { #expect(try !watched.contains(inode(name)), "\(name)") }
        },
        Lesson(
            name: "polled",
            title: "a folder without events is polled (FileSystemStatus: network file systems by their kind)",
            keys: ["watch: poll", "poll_interval: 100ms", "settle_polled: 200ms"]
        ) { folder in
            for magic: UInt32 in [0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x6573_5546, 0x0102_1997] {
                #expect(FileSystemStatus.kind(magic: magic).isRemote)
            }
            try await folder.logs("polling every 100 ms")
            try await folder.anotherGoesThrough()
        },
        Lesson(
            name: "once", title: "polling reports a file once, not at each poll",
            keys: ["watch: poll", "poll_interval: 100ms", "settle_polled: 200ms"]
        ) { folder in
            try folder.inbox.appending("broken.wav").write(Array(repeating: 7, count: 5000))
            try await folder.reaches("rejected", "broken.wav")
            for round in 1...3 { try await folder.anotherGoesThrough("song\(round).wav") }
            #expect(
                try await folder.jobs().map { $0["path"]?.string } == [
                    "broken.wav", "song1.wav", "song2.wav", "song3.wav",
                ])
        },
        Lesson(
            name: "unmounted", title: "a folder that lost its mount never counts as empty, and is not billed again",
            keys: ["marker: .mounted"]
        ) { folder in
            try await folder.shell(": >inbox/.mounted")
            try await folder.order("rescan", folder.name)
            try await folder.logs("watching")
            try await folder.anotherGoesThrough()
            try folder.inbox.appending("waiting.wav").write([])
            try await folder.shell("mv inbox away; mkdir inbox")
            try await folder.order("rescan", folder.name)
            try await folder.logs("lacks its marker", count: 2)
            #expect(try await folder.jobs().map { $0["state"]?.string } == ["released"])
            try await folder.shell("rmdir inbox; mv away inbox")
            try await folder.order("rescan", folder.name)
            try await folder.logs("watching", count: 2)
            try await folder.anotherGoesThrough("later.wav")
            #expect(try await folder.jobs().map { $0["path"]?.string } == ["another.wav", "later.wav"])
        },
    ]
}

extension SharedFolder {
    /// Waits for the `count`th line about this folder that has this in it.
    func logs(_ text: String, count: Int = 1) async throws {
        let folder = " folder=\(name)"
        let line = await daemon.log.line(count) { line in
            line.contains(text) && (line.contains(folder + " ") || line.hasSuffix(folder))
        }
        if line == nil {
            throw StoryFailure("the daemon, or the time, ended without a line with '\(text)' for \(name)")
        }
    }
}

extension StoryDaemon {
    /// The directories and files it has inotify watches on, as the kernel lists them.
    func watchedInodes() throws -> Set<UInt64> {
        let directory = FilePath("/proc/\(identifier)/fdinfo")
        var inodes: Set<UInt64> = []
        for entry in try DirectoryListing.entries(of: directory) {
            let text = String(decoding: (try? directory.appending(entry.name).bytes()) ?? [], as: UTF8.self)
            for line in text.split(separator: "\n") where line.hasPrefix("inotify ") {
                let field = line.split(separator: " ").first { $0.hasPrefix("ino:") }
                if let inode = field.flatMap({ UInt64($0.dropFirst(4), radix: 16) }) { inodes.insert(inode) }
            }
        }
        return inodes
    }
}
