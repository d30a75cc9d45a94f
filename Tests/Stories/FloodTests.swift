// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import Synchronization
import SystemPackage
import TestKit
import Testing

/// Many files at once: each is exactly one job. `STEMWATCH_FLOOD` sets how many; few without it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct FloodTests {
    private static let overflow = "more happened at once than the kernel's queue holds"
    static let count = getenv("STEMWATCH_FLOOD").flatMap { Int(String(cString: $0)) } ?? 1000

    @Test func `many small files dropped at once are one job each`() async throws {
        try await flood(StoryFolder(), renaming: true)
    }

    @Test func `files that the kernel's event queue could not hold are still found`() async throws {
        let log = try await flood(StoryFolder(), renaming: false)
        #expect(log.contains { $0.contains(Self.overflow) })
    }

    /// - Parameter renaming: false: files are written, while the daemon reads no events and the queue overflows.
    @discardableResult
    private func flood(_ folder: StoryFolder, renaming: Bool) async throws -> [String] {
        let count = Self.count
        let song = AudioFixture(.wav16, .noise(seed: 1), seconds: 1, sampleRate: 8000, channels: 1)
        let bytes = try song.write(to: folder.home("song.wav")).bytes()
        let state = folder.home("state")
        try DurableFiles.makeDirectory(state, mode: 0o700)
        let found = Mutex<Set<String>>([])
        let all = Wakeup()
        let tail = try LedgerTail(state) { entry in
            guard entry["event"]?.string == "found", let path = entry["path"]?.string else { return }
            let isLast = found.withLock { found in
                found.insert(path)
                return found.count == count
            }
            if isLast { all.wake() }
        }
        defer { withExtendedLifetime(tail) {} }
        // Files made aside, then renamed in without a pause.
        let aside = folder.home("aside")
        try DurableFiles.makeDirectory(aside)
        if renaming { for number in 0..<count { try aside.appending("\(number).wav").write(bytes) } }

        let end = try await withDaemon(folder.configuration) { daemon in
            // In a paused folder files are found, and go no further.
            let paused = try await StoryProgram.run(["pause", "--config", folder.configuration.string])
            try #require(paused.status.isSuccess, "\(paused.errors)")
            if !renaming {
                daemon.send(SIGSTOP)
                try EventStorm.pass(over: folder.inbox)
            }
            for number in 0..<count {
                let target = folder.inbox.appending("\(number).wav")
                if renaming {
                    try aside.appending("\(number).wav").rename(to: target)
                } else {
                    try target.write(bytes)
                }
            }
            if !renaming { daemon.send(SIGCONT) }
            await withTaskGroup { group in
                group.addTask { await all.wait() }
                group.addTask { await daemon.log.over() }
                await group.next()
                group.cancelAll()
                daemon.send(SIGTERM)
            }
        }
        #expect(end.status == .exited(0))
        let listed = try await StoryProgram.run(["jobs", "--json", "--config", folder.configuration.string])
        let jobs = try #require(try JSONValue(parsing: listed.output.utf8).array)
        let paths = jobs.compactMap { $0["path"]?.string }
        #expect(paths.count == count)
        #expect(Set(paths) == Set((0..<count).map { "\($0).wav" }))
        let overflows = end.log.count { $0.contains(Self.overflow) }
        print("flood: \(count) files \(renaming ? "renamed" : "written"), \(paths.count) jobs, \(overflows) overflows")
        return end.log
    }
}

extension FilePath {
    fileprivate func rename(to target: FilePath) throws {
        guard self.withPlatformString({ from in target.withPlatformString { Glibc.rename(from, $0) } }) == 0 else {
            throw Errno(rawValue: errno)
        }
    }
}
