// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

@Suite(.timeLimit(.minutes(5))) struct FolderWatchTests {
    /// `$1` in the scripts: a directory beside the watched one, with `song.wav` and `album/song.wav` in it.
    let outside = TemporaryDirectory()
    let inbox = TemporaryDirectory()

    init() throws {
        try outside("song.wav").write("RIFF of a song")
        mkdir(outside("album").string, 0o755)
        try outside("album/song.wav").write("RIFF of another")
    }

    private static let rsyncIsHere = access("/usr/bin/rsync", X_OK) == 0

    // MARK: Events, as seen

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var script: String
        var path: FilePath = "a.wav"
        var arrival: Arrival
    }

    static let rows: [Row] = [
        Row(testDescription: "cp", script: "cp $1/song.wav a.wav", arrival: .written),
        Row(testDescription: "mv in", script: "mv $1/song.wav a.wav", arrival: .renamedIntoPlace),
        Row(
            testDescription: "mv over another", script: "echo x > a.wav; mv $1/song.wav a.wav",
            arrival: .renamedIntoPlace),
        Row(testDescription: "ln", script: "ln $1/song.wav a.wav", arrival: .renamedIntoPlace),
        Row(
            testDescription: "rename inside", script: "cp $1/song.wav x.wav; mv x.wav a.wav", arrival: .renamedIntoPlace
        ),
        Row(
            testDescription: "touch, then fill", script: "touch a.wav; cat $1/song.wav >> a.wav",
            arrival: .written),
        Row(
            testDescription: "cp -r", script: "cp -r $1/album deep", path: "deep/song.wav", arrival: .scan),
        Row(
            testDescription: "mv of a directory", script: "mv $1/album deep", path: "deep/song.wav",
            arrival: .renamedIntoPlace),
        Row(
            testDescription: "mkdir -p, then cp", script: "mkdir -p a/b/c/d; cp $1/song.wav a/b/c/d/e.wav",
            path: "a/b/c/d/e.wav", arrival: .scan),
        Row(
            testDescription: "a writer that is killed",
            script: "(exec 3> a.wav; echo half >&3; sh -c 'kill -9 $PPID'; :) || true", arrival: .written),
        Row(
            testDescription: "a new name in NFD", script: "cp $1/song.wav cafe\u{301}.wav", path: "cafe\u{301}.wav",
            arrival: .written),
        Row(
            testDescription: "a new name in NFC", script: "cp $1/song.wav caf\u{e9}.wav", path: "caf\u{e9}.wav",
            arrival: .written),
    ]

    @Test(arguments: rows) func `a file is reported with its kind of arrival`(row: Row) async throws {
        let outside = outside.path
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.scanned()
            try await Shell.run(row.script, [outside], in: probe.root)
            // A directory is watched before it is read: a file inside may be reported either way.
            if row.arrival == .scan {
                try await probe.event { if case .seen(let key, _, _) = $0 { key.path == row.path } else { false } }
            } else {
                try await probe.seen(row.path, row.arrival)
            }
        }
    }

    @Test(
        .enabled(if: rsyncIsHere),
        arguments: [
            ("rsync -a $1/song.wav a.wav", Arrival.renamedIntoPlace),
            ("rsync -a --inplace $1/song.wav a.wav", .written),
            ("rsync -a --delay-updates $1/song.wav a.wav", .renamedIntoPlace),
        ]) func `rsync is reported by its final name only`(script: String, arrival: Arrival)
        async throws
    {
        let outside = outside.path
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.scanned()
            try await Shell.run(script, [outside], in: probe.root)
            try await probe.seen("a.wav", arrival)
            try await probe.fence()
            #expect(probe.seenPaths() == ["a.wav"])
        }
    }

    @Test func `a file written through a mapping is reported when its writer closes it`() async throws {
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.scanned()
            let path = probe.root.appending("a.wav")
            let descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create], permissions: .ownerReadWrite)
            ftruncate(descriptor.rawValue, 4096)
            let map = try #require(mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.rawValue, 0))
            try descriptor.close()
            memset(map, 7, 4096)
            munmap(map, 4096)
            try await probe.event { if case .seen(let key, _, .written) = $0 { key.path == "a.wav" } else { false } }
        }
    }

    @Test(arguments: ["rm a.wav", "mv a.wav ..", "mv a.wav a.part", "ln -sf /etc/passwd a.wav"])
    func `a file that is removed is reported`(script: String) async throws {
        mkdir(inbox("in").string, 0o755)
        try await FolderProbe.watching(inbox("in")) { probe in
            try await probe.scanned()
            try await Shell.run("cp /etc/passwd a.wav", in: probe.root)
            try await probe.seen("a.wav", .written)
            try await Shell.run(script, in: probe.root)
            try await probe.vanished("a.wav")
        }
    }

    @Test func `a name that is not UTF-8 comes through`() async throws {
        let name: [UInt8] = [0x66, 0xFF] + Array(".wav".utf8)
        let before = inbox(bytes: name)
        try before.write("x")
        let relative = FilePath(root: nil, [try #require(before.lastComponent)])
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.seen(relative, .scan)
            try before.write("more")
            try await probe.seen(relative, .written)
        }
    }

    @Test func `links, FIFOs and ignored names are not reported`() async throws {
        let outside = outside.path
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.scanned()
            try await Shell.run(
                """
                ln -s $1/song.wav link.wav; ln -s $1/album linked; mkfifo fifo.wav; cp $1/song.wav ._x.wav
                mkdir @eaDir .~tmp~ kept; cp $1/song.wav @eaDir/a.wav; cp $1/song.wav .~tmp~/a.wav
                cp $1/song.wav song.wav.part; cp $1/song.wav notes.txt; cp $1/song.wav kept/a.wav
                """, [outside], in: probe.root)
            try await probe.event { if case .seen(let key, _, _) = $0 { key.path == "kept/a.wav" } else { false } }
            try await probe.fence()
            let start = probe.now
            probe.watch.rescan()
            try await probe.scanned(after: start)
            #expect(probe.seenPaths() == ["kept/a.wav"])
            #expect(probe.watch.status.directories == 2)
        }
    }

    // MARK: Nothing is lost

    @Test func `none of 200 files is lost when it is written right after its mkdir`() async throws {
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.scanned()
            for number in 0..<200 {
                mkdir(probe.root.appending("\(number)").string, 0o755)
                try probe.root.appending("\(number)/song.wav").write("x")
            }
            // Each is found by the events and scans of its own directory: no other scan is due.
            try await probe.event { _ in probe.seenPaths().count == 200 }
            #expect(probe.watch.status.scans == 1)
        }
    }

    @Test func `when events overflow, a scan finds the files`() async throws {
        try await FolderProbe.watching(inbox.path, queueBytes: 512) { probe in
            try await probe.scanned()
            for number in 0..<600 { try probe.root.appending("\(number).wav").write("x") }
            try await probe.event { if case .overflowed = $0 { true } else { false } }
            // The scan that follows the last overflow has seen them all.
            while probe.seenPaths().count < 600 { try await probe.scanned(after: probe.now) }
            #expect(probe.watch.status.overflows > 0)
        }
    }

    @Test func `a directory that moves is followed, and one that leaves causes a scan`() async throws {
        mkdir(inbox("a").string, 0o755)
        mkdir(inbox("a/deep").string, 0o755)
        try inbox("a/deep/song.wav").write("x")
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.scanned()
            let start = probe.now
            rename(probe.root.appending("a").string, probe.root.appending("b").string)
            try await probe.seen("b/deep/song.wav", .renamedIntoPlace, after: start)
            // Its watches moved with it.
            try probe.root.appending("b/deep/other.wav").write("x")
            try await probe.seen("b/deep/other.wav", .written)
            #expect(probe.watch.status.directories == 3)
            // A scan follows, so that the engine can compare.
            try await probe.scanned(after: start)
        }
    }

    @Test func `however many files, batches stay small and each is waited for`() async throws {
        for number in 0..<1500 { try inbox("\(number).wav").write("") }
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.scanned()
            #expect(probe.seenPaths().count == 1500)
            #expect(probe.largestBatch <= WatchedTree.eventsPerStep + 1)
        }
    }

    @Test func `a scan can be requested`() async throws {
        try inbox("a.wav").write("x")
        try await FolderProbe.watching(inbox.path) { probe in
            try await probe.scanned()
            let start = probe.now
            probe.watch.rescan()
            try await probe.seen("a.wav", .scan, after: start)
            try await probe.scanned(after: start)
        }
    }

    @Test func `scans regularly even when there are no errors`() async throws {
        try await FolderProbe.watching(inbox.path) {
            $0.rescanInterval = .milliseconds(5)
        } _: { probe in
            try await probe.scanned()
            try await probe.scanned(after: probe.now)
        }
    }

    // MARK: Polling

    @Test func `a network file system is polled, since it sends no events (paperless-ng#1602)`()
        async throws
    {
        try inbox("a.wav").write("x")
        try await FolderProbe.watching(inbox.path, magic: 0x6969) {
            $0.pollInterval = .milliseconds(5)
        } _: { probe in
            guard case .polling(_, let reason) = try await probe.available() else {
                Issue.record("not polling")
                return
            }
            #expect(reason == "no events arrive from a file system of the kind nfs")
            try await probe.seen("a.wav", .scan)
            try probe.root.appending("b.wav").write("x")
            try await probe.seen("b.wav", .scan)
        }
    }

    @Test func `a polled folder reports each file at each poll`() async throws {
        try inbox("a.wav").write("x")
        try await FolderProbe.watching(inbox.path) {
            $0.mode = .poll
            $0.pollInterval = .milliseconds(5)
        } _: { probe in
            guard case .polling = try await probe.available() else {
                Issue.record("not polling")
                return
            }
            try await probe.seen("a.wav", .scan)
            try probe.root.appending("b.wav").write("x")
            try await probe.seen("b.wav", .scan)
            try await probe.seen("a.wav", .scan, after: probe.now)
            #expect(probe.watch.status.directories == 0)
        }
    }
}
