// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import Synchronization
import SystemPackage
import TestKit

/// Songs in progress through a daemon and a service that are killed again and again.
final class ServedBatch: Sendable {
    static let songs = 8
    let own: OwnService
    private let released = Mutex<Set<String>>([])
    private let progress = Wakeup()
    private let dropped = Mutex(0)
    private let kills = Mutex(0)
    private let tail = Mutex<LedgerTail?>(nil)

    init() throws {
        own = try OwnService()
        let tail = try LedgerTail(own.state) { [weak self] entry in
            guard let self, entry["event"]?.string == "released", let job = entry["job"]?.string else { return }
            released.withLock { _ = $0.insert(job) }
            progress.wake()
        }
        self.tail.withLock { $0 = tail }
    }

    private var isOver: Bool { released.withLock { $0.count } >= Self.songs }

    /// Renames so many more songs into the watched folder.
    private func drop(_ count: Int) throws {
        try dropped.withLock { dropped in
            for number in (dropped..<Self.songs).prefix(count) {
                try own.drop(song: number, as: "Song \(number).wav")
                dropped += 1
            }
        }
    }

    /// Signs in; then starts and kills both, each independently, until the songs are done or the kills used up.
    /// - Returns: the number of kills.
    func live(killing most: Int, seeds: [UInt64]) async throws -> Int {
        try await withService(own.serviceConfiguration) { [own] _ in try await own.signIn() }
        try drop(Self.songs / 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [own] in
                var generator = SeededGenerator(seed: seeds[0])
                while self.mayKill(most) {
                    let delay = Self.moment(using: &generator)
                    let end = try await withDaemon(own.configuration, awaitReady: false) { daemon in
                        try self.drop(1)
                        await Self.kill(daemon, after: delay)
                    }
                    try Self.check(end.status, end.log, "daemon")
                }
            }
            group.addTask { [own] in
                var generator = SeededGenerator(seed: seeds[1])
                while self.mayKill(most) {
                    let delay = Self.moment(using: &generator)
                    let end = try await withService(own.serviceConfiguration, awaitReady: false) { service in
                        await Self.kill(service, after: delay)
                    }
                    try Self.check(end.status, end.log, "service")
                }
            }
            try await group.waitForAll()
        }
        return kills.withLock { $0 }
    }

    /// Counts a kill before it happens, so that there are never more than `most`.
    private func mayKill(_ most: Int) -> Bool {
        kills.withLock { kills in
            guard kills < most, !isOver else { return false }
            kills += 1
            return true
        }
    }

    /// Both have started by the third of it, and a song may be done by its end.
    private static func moment(using generator: inout SeededGenerator) -> Duration {
        .milliseconds(Int.random(in: 0..<1500, using: &generator))
    }

    private static func kill(_ program: StoryDaemon, after delay: Duration) async {
        await withTaskGroup { group in
            group.addTask { await program.log.over() }
            // Ends early only at the test's time limit.
            group.addTask { try? await Task.sleep(for: delay) }
            await group.next()
            group.cancelAll()
        }
        program.send(SIGKILL)
        await program.log.over()
    }

    private static func check(_ status: TerminationStatus, _ log: [String], _ name: String) throws {
        guard status == .signaled(SIGKILL) else {
            throw StoryFailure("the \(name) ended by itself, \(status):\n" + log.joined(separator: "\n"))
        }
    }

    /// Runs both, unharmed, until every song is done.
    func finish() async throws {
        let service = try await withService(own.serviceConfiguration) { [self] _ in
            let daemon = try await withDaemon(own.configuration) { [self] daemon in
                try drop(Self.songs)
                await withTaskGroup { group in
                    group.addTask { await daemon.log.over() }
                    group.addTask { while !self.isOver, !Task.isCancelled { await self.progress.wait() } }
                    await group.next()
                    group.cancelAll()
                }
            }
            guard daemon.status == .exited(0), isOver else {
                throw StoryFailure("not all is done, \(daemon.status):\n" + daemon.log.joined(separator: "\n"))
            }
        }
        guard service.status == .exited(0) else {
            throw StoryFailure("the service, \(service.status):\n" + service.log.joined(separator: "\n"))
        }
    }

    /// The violations at the end, one sentence each.
    func faults() async throws -> [String] {
        var faults: [String] = []
        func compare<T: Equatable>(_ what: String, _ found: T, _ wanted: T) {
            if found != wanted { faults.append("\(what): \(found), not \(wanted)") }
        }
        let names = (0..<Self.songs).map { "Song \($0)" }
        compare("delivered", try DirectoryListing.entries(of: own.stems).map(\.name.string).sorted(), names)
        for name in names {
            let files = try DirectoryListing.entries(of: own.stems.appending(name)).map(\.name.string).sorted()
            compare(name, files, ["bass.wav", "drums.wav", "other.wav", "stems.json", "vocals.wav"])
            if try await !own.digestsMatch(of: name) { faults.append("\(name) is not what stems.json says") }
        }
        let length = (0..<Self.songs).map(OwnService.milliseconds(ofSong:)).reduce(0, +)
        compare(
            "the account", try await own.balance(),
            OwnService.Balance(available: 60_000 - length, reserved: 0, spent: length))
        compare("held by the service", try own.objects(), [])
        let entries = try own.state.appending("ledger.jsonl").bytes().split(separator: UInt8(ascii: "\n")).map {
            try JSONValue(parsing: $0)
        }
        let events = entries.compactMap { $0["event"]?.string }
        for event in ["found", "delivered", "released"] {
            compare(event, events.count { $0 == event }, Self.songs)
        }
        let charged = entries.filter { $0["event"]?.string == "returning" }.compactMap { $0["charged_ms"]?.int }
        compare("charged by the ledger", charged.reduce(0, +), length)
        for entry in entries where ["held", "failed", "rejected"].contains(entry["event"]?.string) {
            faults.append("unexpected: \(entry.text())")
        }
        return faults
    }
}
