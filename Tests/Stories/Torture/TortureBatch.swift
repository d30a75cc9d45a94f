// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Glibc
import Platform
import Subprocess
import Synchronization
import SystemPackage
import TestKit

/// Twenty songs in progress through a daemon that is killed again and again, and a backend that records every
/// submission.
final class TortureBatch: Sendable {
    struct Variant: CustomStringConvertible, Sendable {
        var isBilled = false
        var movesSources = false
        var description: String { (isBilled ? "billed" : "free") + (movesSources ? ", sources moved" : "") }
    }

    struct Song: Sendable {
        /// Below the watched folder.
        let path: String
        let bytes: [UInt8]
        /// Which audio it holds, which several songs may share; `nil`: not a song.
        let audio: Int?
        let milliseconds: Int64
    }

    let home = TemporaryDirectory()
    let variant: Variant
    let songs: [Song]
    private let over = Mutex<(jobs: Set<String>, waiter: Wakeup)>(([], Wakeup()))
    private let target = Mutex<Target>(Target())
    private let tail = Mutex<LedgerTail?>(nil)
    private let steps = Mutex<DiskSteps?>(nil)
    private let dropped = Mutex(0)

    private struct Target: Sendable {
        var process: Int32?
        var lines = Int.max
        var steps = Int.max

        /// Kills once, as soon as the count is reached and the process is known.
        mutating func strike() {
            guard let process, lines <= 0 || steps <= 0 else { return }
            kill(process, SIGKILL)
            self = Target()
        }
    }

    var inbox: FilePath { home("inbox") }
    var output: FilePath { home("inbox-stems") }
    var state: FilePath { home("state") }
    var moved: FilePath { home("separated") }
    var submissions: FilePath { home("submissions") }
    private var waiting: FilePath { home("waiting") }
    var configuration: FilePath { home("stemwatch.yaml") }

    init(_ variant: Variant) throws {
        self.variant = variant
        songs = try Self.makeSongs(home("song.wav"))
        for directory in [inbox, inbox.appending("album"), waiting, state, output, moved] {
            try DurableFiles.makeDirectory(directory)
        }
        try writeBackend()
        try configuration.write(configurationText)
        let tail = try LedgerTail(state) { [weak self] entry in self?.read(entry) }
        let steps = try DiskSteps(below: [state, output]) { [weak self] _ in self?.count(step: true) }
        self.tail.withLock { $0 = tail }
        self.steps.withLock { $0 = steps }
    }

    /// Sixteen different ones, three that are one of those under other names, and one that is broken.
    private static func makeSongs(_ scratch: FilePath) throws -> [Song] {
        var songs = try (0..<16).map { number in
            let milliseconds = 1000 + 50 * Int64(number)
            let fixture = AudioFixture(
                .wav16, .noise(seed: UInt64(number)), seconds: Double(milliseconds) / 1000, sampleRate: 8000,
                channels: 1)
            let bytes = try fixture.write(to: scratch).bytes()
            let folder = number % 5 == 0 ? "album/" : ""
            return Song(
                path: "\(folder)song \(number).wav", bytes: bytes, audio: number, milliseconds: milliseconds)
        }
        for (original, name) in [(0, "again.wav"), (0, "once more.wav"), (7, "album/song 7.wav")] {
            let song = songs[original]
            songs.append(
                Song(path: name, bytes: song.bytes, audio: song.audio, milliseconds: song.milliseconds))
        }
        var broken = songs[3].bytes
        broken.replaceSubrange(20..<40, with: repeatElement(0xFF, count: 20))
        songs.insert(Song(path: "broken.wav", bytes: broken, audio: nil, milliseconds: 0), at: 4)
        return songs
    }

    /// Records the job, works for a moment, and leaves stems that are nearly the track: an exact copy would be
    /// recognised as a stem.
    private func writeBackend() throws {
        try home("separate.sh").write(
            """
            printf '%s\\n' "$STEMWATCH_JOB" >>'\(submissions)'
            sleep 0.0$(($$ % 8))
            for stem in vocals drums bass other; do
                { head -c 44 "$1"; tail -c +45 "$1" | LC_ALL=C tr '\\1' '\\2'; } >"$2/$stem.wav"
            done
            """)
    }

    private var configurationText: String {
        """
        state_dir: \(state)
        folders:
          - path: \(inbox)
            settle: 100ms
            existing_files: take
            backend: copies
            source: \(variant.movesSources ? "move\n    move_to: \(moved)" : "keep")
        retry:
          first: 100ms
        backends:
          copies:
            type: command
            program: /bin/sh
            arguments: ["\(home("separate.sh"))", "{input}", "{output}"]
            stems: {vocals: vocals.wav, drums: drums.wav, bass: bass.wav, other: other.wav}
            sums_to_mix: false
            billed: \(variant.isBilled)
            slots: 3
        """
    }

    // Observations

    private func read(_ entry: JSONValue) {
        if let job = entry["job"]?.string, ["released", "rejected"].contains(entry["event"]?.string) {
            over.withLock { over in
                over.jobs.insert(job)
                over.waiter.wake()
            }
        }
        count(step: false)
    }

    private func count(step: Bool) {
        target.withLock { target in
            if step { target.steps -= 1 } else { target.lines -= 1 }
            target.strike()
        }
    }

    var isOver: Bool { jobsOver >= songs.count }
    private var jobsOver: Int { over.withLock { $0.jobs.count } }

    // Actions

    /// Renames up to `count` more songs into the watched folder.
    func drop(_ count: Int) throws {
        for song in songs.dropFirst(dropped.withLock { $0 }).prefix(count) {
            let file = waiting.appending("song")
            try file.write(song.bytes)
            guard try DurableFiles.renameWithoutReplacing(file, inbox.pushing(FilePath(song.path))) else {
                throw StoryFailure("\(song.path) is there already")
            }
            dropped.withLock { $0 += 1 }
        }
    }

    /// Starts a daemon and kills it.
    /// - Returns: what it logged.
    @discardableResult
    func live(until moment: CrashMoment, dropping count: Int = 0) async throws -> [String] {
        target.withLock { $0 = Target() }
        switch moment {
        case .line(let number): target.withLock { $0.lines = number }
        case .step(let number): target.withLock { $0.steps = number }
        case .after: break
        }
        let end = try await withDaemon(configuration, awaitReady: false) { [self] daemon in
            target.withLock { target in
                target.process = daemon.identifier
                target.strike()
            }
            try drop(count)
            await withTaskGroup { group in
                group.addTask { await daemon.log.over() }
                // With no work left, no more lines or steps come.
                group.addTask {
                    if case .after(let delay) = moment { try? await Task.sleep(for: delay) } else { await self.rest() }
                }
                await group.next()
                group.cancelAll()
                target.withLock { $0 = Target() }
                daemon.send(SIGKILL)
            }
        }
        guard end.status == .signaled(SIGKILL) else {
            throw StoryFailure("the daemon ended by itself, \(end.status):\n" + end.log.joined(separator: "\n"))
        }
        return end.log
    }

    /// Returns once every song that was dropped came to its end.
    private func rest() async {
        let waiter = over.withLock { $0.waiter }
        while !Task.isCancelled, jobsOver < dropped.withLock({ $0 }) { await waiter.wait() }
    }

    /// Runs a daemon until every song came to its end, and stops it.
    func finish() async throws {
        let end = try await withDaemon(configuration) { [self] daemon in
            try drop(songs.count)
            await withTaskGroup { group in
                group.addTask { await daemon.log.over() }
                group.addTask { await self.rest() }
                await group.next()
                group.cancelAll()
                daemon.send(SIGTERM)
            }
        }
        guard end.status == .exited(0), isOver else {
            throw StoryFailure("the last daemon ended with \(end.status):\n" + end.log.joined(separator: "\n"))
        }
    }

    /// The ledger's entries.
    func entries() throws -> [JSONValue] {
        try state.appending("ledger.jsonl").bytes().split(separator: UInt8(ascii: "\n")).map {
            try JSONValue(parsing: $0)
        }
    }
}
