// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

@testable import StemwatchDaemon

/// Ledger values for tests: one of every event, and random histories of jobs.
enum LedgerSamples {
    static func time(_ seconds: Int) -> WallTime { WallTime(milliseconds: 1_795_420_800_123 + Int64(seconds) * 1000) }

    static func id(_ number: UInt64) -> JobID {
        var generator = Fixed(value: number)
        return JobID(at: time(Int(number)), using: &generator)
    }

    static func digest(_ number: UInt64) -> Digest256 { Digest256(words: SIMD4(number, 1, 2, ~number)) }

    static func key(_ name: String, folder: String = "inbox") -> FileKey {
        FileKey(folder: FolderName(rawValue: folder), path: FilePath(name))
    }

    static func identity(_ number: Int64 = 1) -> FileIdentity {
        FileIdentity(
            device: 0xFFFF_FFFF_FFFF_FFFF, inode: UInt64(number), size: 1000 &+ number,
            modified: 1_700_000_000_000_000_000 &+ number, changed: -5)
    }

    static func facts(_ number: UInt64 = 1, minutes: Int64 = 187_250) -> TrackFacts {
        TrackFacts(
            kind: "WAV", format: AudioFormat(sampleRate: 44_100, channels: 2, samples: .integer(bits: 24)),
            frames: 8_257_725, duration: AudioDuration(milliseconds: minutes), bytesDigest: digest(number + 1000),
            audioDigest: digest(number), warnings: ["the header's size is off by 2 bytes"])
    }

    static func failure(_ remedy: Remedy = .retry(after: .milliseconds(1500)), hint: String? = "try \"later\"")
        -> Failure
    {
        Failure(.backendUnavailable, "studio does not answer", hint: hint, remedy: remedy)
    }

    static func delivered(_ number: UInt64 = 1, at output: FilePath = "/srv/music/inbox-stems/Artist/Song") -> Delivered
    {
        Delivered(
            output: output,
            stems: StemName.standard.enumerated().map { i, name in
                Delivered.Stem(name: name, file: "\(name).wav", digest: digest(number * 10 + UInt64(i)))
            }, reusedFrom: number % 2 == 0 ? id(number) : nil)
    }

    static let notText = FilePath(platformString: [0x41, -1, 0x2E, 0x77, 0])

    /// One of every event, with every optional field once there and once not.
    static let events: [LedgerEvent] = [
        .found(key: key("Artist/Song.wav"), identity: identity()),
        .found(
            key: FileKey(folder: FolderName(rawValue: "in \"box\"\n"), path: notText), identity: identity(.max - 1000)),
        .queued(facts: facts(), backend: .builtin, settings: "builtin/hpss-1/vocals+drums"),
        .held(failure(.hold(until: .time(time(9))))),
        .held(failure(.hold(until: .person), hint: nil)),
        .held(failure(.hold(until: .surroundings))),
        .deferred(failure(), attempt: 3, retryAt: time(60)),
        .deferred(failure(.retry(after: nil)), attempt: .max, retryAt: time(60)),
        .resumed(by: .person), .resumed(by: .person, anew: true), .resumed(by: .person, repay: true),
        .resumed(by: .other("moon"), anew: true, repay: true),
        .submitting(attempt: 1, reserved: AudioDuration(milliseconds: 187_250)),
        .checkpoint(Checkpoint(step: "staged", values: ["pid": "42", "é/\\": "\u{1}\u{9F}🎸"])),
        .checkpoint(Checkpoint(step: "staged")),
        .submitted(RemoteJob(handle: "r-1")),
        .separating,
        .returning(charged: AudioDuration(milliseconds: 187_250)),
        .delivered(delivered(1)),
        .delivered(delivered(2, at: notText)),
        .disposed(how: .moved, to: "/srv/music/done/Artist/Song.wav"),
        .disposed(how: .kept, to: nil),
        .released,
        .rejected(failure(.reject)),
        .failed(failure(.stop)),
        .cancelled(failure()),
        .refunded,
        .watched(FolderName(rawValue: "inbox")),
        .paused(FolderName(rawValue: "inbox")),
        .paused(nil),
        .unpaused(nil),
        .snapshot(fullJob(.held(failure(.hold(until: .person))), nil)),
        .snapshot(fullJob(.deferred(failure(), attempt: 2, retryAt: time(5)), nil)),
        .snapshot(fullJob(nil, .rejected(failure(.reject)))),
        .snapshot(fullJob(nil, .failed(failure(.stop)))),
        .snapshot(fullJob(nil, .cancelled(failure()))),
        .snapshot(Job(id: id(7), key: key("b.flac"), identity: identity(), foundAt: time(1))),
    ]

    static func fullJob(_ wait: JobWait?, _ ending: JobEnding?) -> Job {
        var job = Job(id: id(7), key: key("a/b.flac"), identity: identity(), foundAt: time(1))
        job.updatedAt = time(100)
        (job.step, job.wait, job.ending) = (.delivered, wait, ending)
        (job.facts, job.backend, job.settings) = (facts(), .builtin, "builtin/hpss-1")
        (job.attempts, job.troubledSince) = (2, time(50))
        job.reservation = Spending(amount: AudioDuration(milliseconds: 5), at: time(20))
        job.charge = Spending(amount: AudioDuration(milliseconds: 187_250), at: time(20))
        job.repayAllowed = true
        job.writtenOff = [Spending(amount: AudioDuration(milliseconds: 7), at: time(19))]
        (job.checkpoint, job.remote) = (Checkpoint(step: "accepted", values: ["id": "x"]), RemoteJob(handle: "r"))
        (job.delivered, job.disposal, job.movedTo) = (delivered(4, at: "/o/a/b"), .moved, notText)
        return job
    }

    static func entry(_ sequence: UInt64, _ event: LedgerEvent, job: JobID? = id(7)) -> LedgerEntry {
        LedgerEntry(sequence: sequence, at: time(Int(sequence)), job: job, event: event)
    }

    /// Entries of many jobs, mostly sensible, some not, some of a newer version.
    static func lives(jobs: Int, events count: Int, using generator: inout some RandomNumberGenerator) -> [LedgerEntry]
    {
        var found: [JobID] = []
        return (1...UInt64(count)).map { sequence in
            if found.count < jobs, Int.random(in: 0..<4, using: &generator) == 0 || found.isEmpty {
                found.append(id(sequence))
                let name = "a/\(Int.random(in: 0..<jobs, using: &generator)).wav"
                return entry(sequence, .found(key: key(name), identity: identity(Int64(sequence))), job: found.last)
            }
            if Int.random(in: 0..<50, using: &generator) == 0 {
                let line = #"{"at":"2027-01-01T00:00:00.000Z","event":"sang","seq":\#(sequence),"v":1,"x":[1.5,{}]}"#
                return entry(sequence, .unknown(name: "sang", line: Array(line.utf8)), job: nil)
            }
            var event = events.randomElement(using: &generator)!
            while true {
                if case .snapshot = event { event = events.randomElement(using: &generator)! } else { break }
            }
            let number = UInt64.random(in: 0..<8, using: &generator)
            switch event {
            case .queued: event = .queued(facts: facts(number), backend: .builtin, settings: "s\(number % 2)")
            case .delivered: event = .delivered(delivered(sequence, at: FilePath("/out/a/\(number)")))
            default: break
            }
            return entry(sequence, event, job: found.randomElement(using: &generator)!)
        }
    }

    struct Fixed: RandomNumberGenerator {
        var value: UInt64
        mutating func next() -> UInt64 {
            value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return value ^ value >> 29
        }
    }
}

extension LedgerLine {
    /// For tests: from bytes with or without the line feed.
    static func entry(of bytes: some Sequence<UInt8>) throws -> LedgerEntry {
        var line = Array(bytes)
        if line.last == 10 { line.removeLast() }
        return try line.withUnsafeBytes { try LedgerLine.entry(from: $0) }
    }
}
