// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

@Suite(.timeLimit(.minutes(5)))
struct SettleProbeTests {
    private let directory = TemporaryDirectory()

    private func identity(_ path: FilePath) throws -> FileIdentity { try #require(try FileIdentity.at(path)) }

    @Test(arguments: [AudioFixture.Kind.wav16, .flac16, .aiff16])
    func `a whole file is quiet and proves itself complete`(kind: AudioFixture.Kind) throws {
        let path = AudioFixture(kind).write(to: directory("song." + kind.fileExtension))
        #expect(SettleProbe.examine(path) == .quiet(try identity(path), .complete))
    }

    @Test func `a truncated file is reported with the number of missing bytes`() throws {
        let path = AudioFixture(.wav16, seconds: 1).write(to: directory("song.wav"))
        try path.cut(1000)
        guard case .quiet(_, .incomplete(let failure)) = SettleProbe.examine(path) else {
            Issue.record("not incomplete: \(SettleProbe.examine(path))")
            return
        }
        #expect(failure.code == .audioIncomplete && failure.remedy == .reject)
        #expect(failure.message.hasPrefix("song.wav declares ") && failure.message.contains(" bytes and holds "))
    }

    @Test func `a file that a local process writes is busy, and quiet once the process is done`() throws {
        let path = AudioFixture().write(to: directory("song.wav"))
        let writer = try FileDescriptor.open(path, .readWrite)
        #expect(SettleProbe.examine(path) == .busy(try identity(path)))
        try writer.close()
        #expect(SettleProbe.examine(path) == .quiet(try identity(path), .complete))
    }

    @Test func `an empty file is empty`() throws {
        let path = directory("song.wav")
        try path.write([])
        #expect(SettleProbe.examine(path) == .empty(try identity(path)))
    }

    @Test func `a missing file is gone`() {
        #expect(SettleProbe.examine(directory("song.wav")) == .gone)
        #expect(SettleProbe.examine(directory("nowhere").appending("song.wav")) == .gone)
    }

    @Test func `a FIFO, a link and a directory are irrelevant, and block nothing`() throws {
        let song = AudioFixture().write(to: directory("song.wav"))
        directory("fifo.wav").makeFIFO()
        song.link(as: directory("link.wav"))
        directory("directory.wav").makeDirectory()
        for name in ["fifo.wav", "link.wav", "directory.wav"] {
            #expect(SettleProbe.examine(directory(name)) == .notRegular, "\(name)")
        }
    }

    @Test func `a probe changes nothing about the file`() async throws {
        let path = AudioFixture().write(to: directory("song.wav"))
        let before = try identity(path)
        _ = await SettleProbe.look(at: path)
        #expect(try identity(path) == before)
    }

    @Test func `a song renamed into place settles through the real monitor without quiet time`() async throws {
        let inbox = SettlingFolder(name: FolderName(rawValue: "inbox"), root: directory.path, rules: SettlingRules())
        let path = AudioFixture(.flac16).write(to: directory("song.flac"))
        let key = FileKey(folder: inbox.name, path: "song.flac")
        let identity = try identity(path)
        // The clock stands still, so the quiet time cannot have passed.
        let monitor = SettlingMonitor([inbox], clock: ManualClock())
        let (outcomes, handedOn) = AsyncStream.makeStream(of: [SettlingOutcome].self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await monitor.run { handedOn.yield($0) } }
            await monitor.observe([.seen(key, identity, .renamedIntoPlace)])
            var iterator = outcomes.makeAsyncIterator()
            #expect(await iterator.next() == [.settled(SettledFile(key: key, identity: identity))])
            group.cancelAll()
        }
    }
}
