// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

struct CompactionTests {
    typealias S = LedgerSamples
    private let directory = TemporaryDirectory()
    private var file: FilePath { directory("ledger.jsonl") }

    private func replayed() throws -> JobBook {
        var book = JobBook()
        try LedgerReader.replay(stateDirectory: directory.path, into: &book)
        return book
    }

    /// All that can be read from a book.
    private struct Answers: Equatable {
        var jobs: [Job]
        var unknown: [LedgerEntry]
        var folders: FolderBook
        var spendings: Set<FolderSpending>
        var counts: [JobState: Int]
        var active: [JobID]
        var sequence: UInt64
        var known: [[JobID?]]

        init(_ book: JobBook) {
            jobs = Array(book.jobs)
            (unknown, folders, counts, sequence) = (book.unknown, book.folders, book.counts, book.sequence)
            spendings = Set(book.spendings(since: S.time(-1)))
            active = book.active.map(\.id)
            known = jobs.map { job in
                let paid = job.facts.flatMap { book.paid(audio: $0.audioDigest, settings: job.settings ?? "") }
                let stems = job.delivered?.stems.map { book.isOurStem($0.digest) } ?? []
                return [book.job(at: job.key)?.id, book.knows(job.key, job.identity), paid] + stems
            }
        }
    }

    private func write(_ entries: [LedgerEntry]) throws { try file.write(entries.flatMap(LedgerLine.bytes(of:))) }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `a compacted ledger folds to the same book, and so does what comes after`(seed: UInt64) throws {
        var generator = S.Fixed(value: seed)
        let entries = try S.lives(jobs: 20, events: 1000, using: &generator).map {
            try LedgerLine.entry(of: LedgerLine.bytes(of: $0))
        }
        try write(Array(entries.prefix(800)))
        let done = try LedgerMaintenance.compact(stateDirectory: directory.path, now: S.time(5000))
        #expect(done.linesBefore == 800 && done.linesAfter < 200)
        #expect(done.bytesAfter == Int64(try file.bytes().count))

        var whole = JobBook()
        for entry in entries.prefix(800) { whole.apply(entry) }
        let compacted = try replayed()
        #expect(Answers(compacted) == Answers(whole))

        // Compacting twice gives the same as once, except for the time.
        let once = try file.bytes()
        _ = try LedgerMaintenance.compact(stateDirectory: directory.path, now: S.time(5000))
        #expect(try file.bytes() == once)

        try file.write(once + entries.dropFirst(800).flatMap(LedgerLine.bytes(of:)))
        for entry in entries.dropFirst(800) { whole.apply(entry) }
        #expect(Answers(try replayed()) == Answers(whole))
    }

    @Test func `whichever call fails, either the old ledger or the new one is there`() throws {
        var generator = S.Fixed(value: 9)
        let entries = S.lives(jobs: 20, events: 300, using: &generator)
        try write(entries)
        let old = try file.bytes()
        let expected = Answers(try replayed())
        for calls in 0...3 {
            let disk = FaultyDisk()
            disk.fail(after: calls)
            if calls < 3 {
                #expect(throws: Failure.self) {
                    try LedgerMaintenance.compact(stateDirectory: directory.path, now: S.time(0), calls: disk.calls)
                }
                #expect(try file.bytes() == old)
            } else {
                _ = try LedgerMaintenance.compact(stateDirectory: directory.path, now: S.time(0), calls: disk.calls)
                #expect(try file.bytes() != old)
            }
            #expect(Answers(try replayed()) == expected)
            #expect(try DirectoryListing.entries(of: directory.path).count == 2)
        }
    }

    @Test func `a ledger is compacted while it is written to, and nothing is lost`() async throws {
        var generator = S.Fixed(value: 3)
        let entries = try S.lives(jobs: 20, events: 1000, using: &generator).map {
            try LedgerLine.entry(of: LedgerLine.bytes(of: $0))
        }
        try write(Array(entries.prefix(600)))
        let opened = try Ledger.open(stateDirectory: directory.path, now: S.time(0))
        var book = opened.book
        opened.ledger.append(Array(entries[600..<800]))
        for entry in entries[600..<800] { book.apply(entry) }
        let (compacted, mark) = (book, opened.ledger.mark)
        async let compaction: Void = opened.ledger.compact(compacted, before: mark, now: S.time(5000))
        for entry in entries.dropFirst(800) {
            opened.ledger.append([entry])
            book.apply(entry)
            try await opened.ledger.durable(through: entry.sequence)
        }
        try await compaction
        #expect(opened.ledger.lines < 500)
        #expect(try file.bytes().count { $0 == 10 } == opened.ledger.lines)
        try await opened.ledger.close()
        #expect(Answers(try replayed()) == Answers(book))
        #expect(try DirectoryListing.entries(of: directory.path).count == 2)
    }

    @Test(arguments: [FaultyDisk.Call.write, .sync, .rename])
    func `a compaction that fails leaves the ledger as it is, and the next one succeeds`(call: FaultyDisk.Call)
        async throws
    {
        var generator = S.Fixed(value: 4)
        let entries = try S.lives(jobs: 20, events: 300, using: &generator).map {
            try LedgerLine.entry(of: LedgerLine.bytes(of: $0))
        }
        try write(Array(entries.dropLast()))
        let disk = FaultyDisk()
        let opened = try Ledger.open(stateDirectory: directory.path, now: S.time(0), calls: disk.calls)
        let (ledger, old) = (opened.ledger, try file.bytes())
        disk.fail(call, with: .noSpace)
        await #expect(throws: Failure.self) {
            try await ledger.compact(opened.book, before: ledger.mark, now: S.time(0))
        }
        disk.fail(call, with: nil)
        #expect(try file.bytes() == old)
        #expect(try DirectoryListing.entries(of: directory.path).count == 2)

        let (book, mark) = (opened.book, ledger.mark)
        ledger.append([entries[entries.count - 1]])
        try await ledger.compact(book, before: mark, now: S.time(0))
        try await ledger.close()
        var whole = opened.book
        whole.apply(entries[entries.count - 1])
        #expect(try file.bytes().count < old.count)
        #expect(Answers(try replayed()) == Answers(whole))
    }

    @Test func `a compaction ends with the task it is part of, and leaves nothing behind`() async throws {
        try write([S.entry(1, .found(key: S.key("a.wav"), identity: S.identity()))])
        let opened = try Ledger.open(stateDirectory: directory.path, now: S.time(0))
        let old = try file.bytes()
        let failure = await #expect(throws: Failure.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask {
                    try await opened.ledger.compact(opened.book, before: opened.ledger.mark, now: S.time(0))
                }
                try await group.waitForAll()
            }
        }
        #expect(failure?.code == .jobCancelled)
        try await opened.ledger.close()
        #expect(try file.bytes() == old)
        #expect(try DirectoryListing.entries(of: directory.path).count == 2)
    }

    @Test func `a ledger with a torn line is not compacted by hand`() throws {
        try file.write("{")
        let failure = #expect(throws: Failure.self) {
            try LedgerMaintenance.compact(stateDirectory: directory.path, now: S.time(0))
        }
        #expect(failure?.code == .ledgerDamaged)
    }
}
