// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Folders that disappear and return: they never count as empty, and are watched again without a restart.
@Suite(.timeLimit(.minutes(5))) struct FolderLossTests {
    let directory = TemporaryDirectory()
    private var root: FilePath { directory("inbox") }
    private static let isRoot = getuid() == 0

    private func made() throws -> FilePath {
        try DurableFiles.makeDirectory(root)
        return root
    }

    @Test func `a missing folder is reported once, never made, and found when it appears`() async throws {
        try await FolderProbe.watching(root) { probe in
            #expect(try await probe.unavailable().code == .folderMissing)
            #expect(try FileStatus.at(probe.root) == nil)
            mkdir(probe.root.string, 0o755)
            try probe.root.appending("a.wav").write("x")
            // It would be found anyway; the request saves the test the wait.
            probe.watch.rescan()
            try await probe.seen("a.wav", .scan)
            try await probe.scanned()
            let lost = probe.events.count { if case .unavailable = $0 { true } else { false } }
            #expect(lost == 1 && probe.watch.status.watching == .inotify && probe.watch.status.failure == nil)
        }
    }

    @Test func `a lost folder is tried again without a restart (syncthing#10870)`() async throws {
        try await FolderProbe.watching(root) { probe in
            _ = try await probe.unavailable()
            mkdir(probe.root.string, 0o755)
            #expect(try await probe.available() == .inotify)
        }
    }

    @Test(arguments: ["rm -r inbox", "mv inbox elsewhere", "mv inbox elsewhere; mkdir inbox"])
    func `a folder that is removed is lost, and watched again when it is back`(script: String)
        async throws
    {
        let directory = directory.path
        try await FolderProbe.watching(try made()) { probe in
            try await probe.scanned()
            try probe.root.appending("a.wav").write("x")
            try await probe.seen("a.wav", .written)
            let start = probe.now
            try await Shell.run(script, in: directory)
            #expect(try await probe.unavailable(after: start).code == .folderMissing)
            #expect(probe.watch.status.directories == 0)
            try await Shell.run("mkdir -p inbox; echo x > inbox/b.wav", in: directory)
            probe.watch.rescan()
            try await probe.event(after: start) {
                if case .seen(let key, _, _) = $0 { key.path == "b.wav" } else { false }
            }
            // And by events again.
            try probe.root.appending("c.wav").write("x")
            try await probe.seen("c.wav", .written)
        }
    }

    @Test func `a scan of a folder that was lost is never reported complete`() async throws {
        let directory = directory.path
        try await FolderProbe.watching(try made()) {
            $0.mode = .poll
        } _: { probe in
            try await probe.scanned()
            let start = probe.now
            try await Shell.run("rm -r inbox", in: directory)
            probe.watch.rescan()
            _ = try await probe.unavailable(after: start)
            let scans = probe.events[start...].contains { if case .scanned = $0 { true } else { false } }
            #expect(!scans)
        }
    }

    @Test func `a file in the folder's place is reported as not a folder`() async throws {
        try root.write("x")
        try await FolderProbe.watching(root) { probe in
            let failure = try await probe.unavailable()
            #expect(failure.code == .folderUnreadable)
        }
    }

    @Test func `a link at the folder's own path is followed, because it is configured`() async throws {
        mkdir(directory("real").string, 0o755)
        symlink("real", root.string)
        try await FolderProbe.watching(root) { probe in
            try await probe.scanned()
            try probe.root.appending("a.wav").write("x")
            try await probe.seen("a.wav", .written)
        }
    }

    @Test func `without its marker a folder counts as unmounted (jellyfin#13204)`() async throws {
        try await FolderProbe.watching(try made()) {
            $0.marker = ".mounted"
        } _: { probe in
            #expect(try await probe.unavailable().code == .folderMarkerMissing)
            try probe.root.appending(".mounted").write("")
            try probe.root.appending("a.wav").write("x")
            probe.watch.rescan()
            try await probe.seen("a.wav", .scan)
            try await probe.scanned()
            let start = probe.now
            unlink(probe.root.appending(".mounted").string)
            probe.watch.rescan()
            #expect(try await probe.unavailable(after: start).code == .folderMarkerMissing)
        }
    }

    private static let mount = "mount -t tmpfs stemwatch-test inbox; touch inbox/.mounted; echo x > inbox/"

    @Test(.enabled(if: isRoot, "mounting needs root"))
    func `a folder is unmounted, and mounted again`() async throws {
        let root = try made()
        let directory = directory.path
        try await Shell.run(Self.mount + "a.wav", in: directory).requireSuccess()
        try await FolderProbe.watching(root) {
            $0.marker = ".mounted"
        } _: { probe in
            try await probe.scanned()
            var start = probe.now
            try await Shell.run("umount inbox", in: directory).requireSuccess()
            // The mount covered an empty directory. It must not be taken for the folder, whether the kernel's unmount
            // event or the check of the folder comes first.
            var failure = try await probe.unavailable(after: start)
            if failure.code != .folderMarkerMissing {
                #expect(failure.message.hasSuffix("was unmounted"))
                start = probe.now
                probe.watch.rescan()
                failure = try await probe.unavailable(after: start)
            }
            #expect(failure.code == .folderMarkerMissing)
            try await Shell.run(Self.mount + "b.wav", in: directory).requireSuccess()
            probe.watch.rescan()
            try await probe.seen("b.wav", .scan, after: start)
            try await probe.scanned(after: start)
        }
        try await Shell.run("umount inbox", in: directory).requireSuccess()
    }

    @Test(.enabled(if: isRoot, "mounting needs root"))
    func `a mount over the folder sends no event, and is found by the check of the folder`() async throws {
        let root = try made()
        let directory = directory.path
        try await FolderProbe.watching(root) {
            $0.pollInterval = .milliseconds(20)
        } _: { probe in
            try await probe.scanned()
            let start = probe.now
            try await Shell.run(Self.mount + "b.wav", in: directory).requireSuccess()
            #expect(try await probe.unavailable(after: start).code == .folderMissing)
            probe.watch.rescan()
            try await probe.seen("b.wav", .scan, after: start)
        }
        try await Shell.run("umount inbox", in: directory).requireSuccess()
    }

    @Test(.enabled(if: isRoot, "another user's limits are used up"), .alone)
    func `without inotify instances the folder is polled, and the message has the command to run`() async throws {
        chmod(directory.path.string, 0o777)
        try #require(seteuid(65_534) == 0)
        let held = try Self.everyInotifyInstance()
        try await FolderProbe.watching(directory.path) {
            $0.pollInterval = .milliseconds(5)
        } _: { probe in
            guard case .polling(_, let reason) = try await probe.available() else {
                Issue.record("not polling")
                return
            }
            #expect(reason.contains("echo fs.inotify.max_user_instances="))
            try probe.root.appending("a.wav").write("x")
            try await probe.seen("a.wav", .scan)
        }
        try #require(seteuid(0) == 0)
        withExtendedLifetime(held) {}
    }

    /// The limit of this process's user.
    private static func everyInotifyInstance() throws -> [Inotify] {
        var held: [Inotify] = []
        while true {
            do throws(Failure) {
                held.append(try Inotify(wake: {}))
            } catch {
                try #require(error.code == .folderWatchLimit)
                return held
            }
        }
    }

    /// Root can read everything, and has to become another user.
    @Test(.alone) func `an unreadable directory is reported once, and hides nothing beside it`() async throws {
        chmod(directory.path.string, 0o777)
        mkdir(directory("closed").string, 0o000)
        try directory("open.wav").write("x")
        let wasRoot = getuid() == 0
        if wasRoot { try #require(seteuid(65_533) == 0) }
        try await FolderProbe.watching(directory.path) { probe in
            try await probe.event {
                guard case .unreadable(_, "closed", let failure) = $0 else { return false }
                return failure.code == .folderUnreadable
            }
            try await probe.seen("open.wav", .scan)
            func isEnd(_ event: FolderEvent) -> Bool {
                event == .partlyScanned(FolderName(rawValue: "inbox"), files: 1, unread: 1)
            }
            try await probe.event(isEnd)
            let start = probe.now
            probe.watch.rescan()
            try await probe.event(after: start, isEnd)
            for event in probe.events[start...] {
                switch event {
                case .seen, .partlyScanned: continue
                default: Issue.record("\(event)")
                }
            }
        }
        if wasRoot { try #require(seteuid(0) == 0) }
    }
}
