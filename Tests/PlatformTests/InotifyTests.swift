// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Synchronization
import SystemPackage
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct InotifyTests {
    let directory = TemporaryDirectory()
    let wakeup = Wakeup()
    static let mask: InotifyMask = [.closeWrite, .movedTo, .movedFrom, .create, .delete, .deleteSelf, .moveSelf]

    /// Waits until an event like this comes; returns all events until then.
    private func events(of inotify: Inotify, until last: (InotifyEvent) -> Bool) async -> [InotifyEvent] {
        var all: [InotifyEvent] = []
        while true {
            if let batch = inotify.take() {
                all += batch
                if all.contains(where: last) { return all }
            } else {
                await wakeup.wait()
            }
        }
    }

    @Test func `reports names that are not UTF-8, byte for byte`() async throws {
        let inotify = try Inotify(wake: wakeup.wake)
        let watch = try inotify.add(directory.path, Self.mask)
        let name: [UInt8] = [0x61, 0xFF, 0x2E, 0x77]
        try directory(bytes: name).write("x")
        let events = await events(of: inotify) { $0.mask.contains(.closeWrite) }
        #expect(events.map { $0.name.map { Array(bytes: $0) } } == [name, name])
        #expect(events.map(\.mask) == [.create, .closeWrite])
        #expect(events.allSatisfy { $0.watch == watch })
    }

    @Test func `both halves of a rename carry the same cookie`() async throws {
        try directory("a").write("x")
        let inotify = try Inotify(wake: wakeup.wake)
        _ = try inotify.add(directory.path, Self.mask)
        rename(directory("a").string, directory("b").string)
        let events = await events(of: inotify) { $0.mask.contains(.movedTo) }
        #expect(events.map(\.mask) == [.movedFrom, .movedTo])
        #expect(Set(events.map(\.cookie)).count == 1 && events[0].cookie != 0)
    }

    @Test func `a deleted directory is reported by its own event`() async throws {
        mkdir(directory("dir").string, 0o755)
        let inotify = try Inotify(wake: wakeup.wake)
        _ = try inotify.add(directory("dir"), Self.mask)
        rmdir(directory("dir").string)
        let events = await events(of: inotify) { $0.mask.contains(.ignored) }
        #expect(events.map(\.mask) == [.deleteSelf, .ignored])
    }

    @Test func `a full buffer gives an overflow event, and later events still arrive`() async throws {
        let inotify = try Inotify(bytes: 64, wake: wakeup.wake)
        _ = try inotify.add(directory.path, Self.mask)
        for number in 0..<100 { try directory("\(number)").write("x") }
        _ = await events(of: inotify) { $0.mask.contains(.overflow) && $0.watch.rawValue == -1 }
        // Events still in the kernel may overflow again. A file made after they are read is reported.
        var sawLast = false
        while !sawLast {
            try directory("last").write("x")
            sawLast = await events(of: inotify) { _ in true }.contains { $0.name?.string == "last" }
        }
    }

    @Test func `the kernel's overflow comes through`() async throws {
        let queued = try #require(InotifyLimits.current()).queuedEvents
        guard queued <= 32_768 else { return }
        // The draining thread stands still in its first wake until the queue is full.
        let latch = Latch()
        let wakeup = wakeup
        let inotify = try Inotify(bytes: 64 << 20) {
            latch.pass()
            wakeup.wake()
        }
        _ = try inotify.add(directory.path, Self.mask)
        let file = directory("x"), other = directory("y")
        try file.write("x")
        latch.waitUntilReached()
        for _ in 0...queued / 4 {
            rename(file.string, other.string)
            rename(other.string, file.string)
        }
        latch.open()
        let events = await events(of: inotify) { $0.mask.contains(.overflow) }
        #expect(events.count >= queued)
    }

    @Test func `a directory that cannot be watched gives the reason`() throws {
        let inotify = try Inotify(wake: {})
        func code(_ path: FilePath) -> FailureCode? {
            do throws(Failure) {
                _ = try inotify.add(path, [.create, .onlyDirectory, .dontFollow])
                return nil
            } catch {
                return error.code
            }
        }
        try directory("file").write("x")
        symlink(".", directory("link").string)
        #expect(code(directory.path) == nil)
        #expect(code(directory("none")) == .folderMissing)
        #expect(code(directory("file")) == .folderUnreadable)
        #expect(code(directory("link")) == .folderUnreadable)
    }

    @Test func `limits are read, and the command that raises one can be run as it is`() throws {
        let limits = try #require(InotifyLimits.current())
        #expect(limits.watches > 0 && limits.instances > 0 && limits.queuedEvents > 0)
        #expect(
            InotifyLimits.command(raising: "max_user_watches", to: 524_288)
                == "echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-inotify-max_user_watches.conf"
                + " && sudo sysctl --system")
    }
}

/// Blocks one thread until it is opened.
private final class Latch: Sendable {
    private let reached = Atomic<Bool>(false)
    private let opened = Atomic<Bool>(false)
    func pass() {
        reached.store(true, ordering: .releasing)
        while !opened.load(ordering: .acquiring) { sched_yield() }
    }
    func waitUntilReached() { while !reached.load(ordering: .acquiring) { sched_yield() } }
    func open() { opened.store(true, ordering: .releasing) }
}
