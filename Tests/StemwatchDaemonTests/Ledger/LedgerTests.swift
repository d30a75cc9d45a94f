// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

struct LedgerTests {
    typealias S = LedgerSamples
    private let directory = TemporaryDirectory()
    private var state: FilePath { directory("state") }
    private var file: FilePath { state.appending("ledger.jsonl") }

    private func open(_ disk: FaultyDisk = FaultyDisk()) throws -> Ledger.Opened {
        try Ledger.open(stateDirectory: state, now: S.time(0), calls: disk.calls)
    }

    /// The state directory with a ledger of these bytes, as another process left it.
    private func leave(_ bytes: [UInt8]) throws {
        try DurableFiles.makeDirectory(state, mode: 0o700)
        try file.write(bytes)
    }

    private static let entries = [
        S.entry(1, .found(key: S.key("a.wav"), identity: S.identity())),
        S.entry(2, .queued(facts: S.facts(), backend: .builtin, settings: "s")),
        S.entry(3, .held(S.failure(.hold(until: .person)))),
    ]
    private static let lines = entries.map(LedgerLine.bytes(of:))

    @Test func `what was durable is there again`() async throws {
        var opened = try open()
        #expect(opened.book.count == 0)
        opened.ledger.append(Array(Self.entries.prefix(2)))
        opened.ledger.append([])
        opened.ledger.append([Self.entries[2]])
        try await opened.ledger.durable(through: 3)
        try await opened.ledger.close()
        opened = try open()
        #expect(opened.book.job(S.id(7))?.state == "held")
        #expect(opened.book.sequence == 3 && opened.ledger.lines == 3 && opened.torn == nil)
        try await opened.ledger.close()
        #expect(try file.bytes() == Self.lines.flatMap { $0 })
    }

    @Test func `the state directory is made for its owner alone, but not what is above it`() async throws {
        try await open().ledger.close()
        #expect(try FileStatus.at(state)?.mode == 0o700)
        #expect(try FileStatus.at(file)?.mode == 0o600)
        #expect(throws: Failure.self) {
            try Ledger.open(stateDirectory: directory("no/where"), now: S.time(0))
        }
    }

    @Test func `a second process is refused, and the message names the process that holds it`() async throws {
        let first = try open()
        let failure = #expect(throws: Failure.self) { try open() }
        #expect(failure?.code == .ledgerLocked)
        #expect(failure?.remedy == .stop)
        let named = failure?.message.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        #expect(try file.removingLastComponent().appending("lock").bytes() == Array("\(named ?? 0)\n".utf8))
        #expect(throws: Failure.self) { try LedgerMaintenance.compact(stateDirectory: state, now: S.time(0)) }
        #expect(throws: Failure.self) { try LedgerMaintenance.repair(stateDirectory: state, now: S.time(0)) }
        try await first.ledger.close()
        try await open().ledger.close()
    }

    @Test func `a line torn at any byte is set aside, and writing goes on after the last whole one`() async throws {
        let good = Self.lines[0] + Self.lines[1]
        let last = S.entry(3, .released)
        let line = LedgerLine.bytes(of: last)
        for cut in 1..<line.count {
            let torn = Array(line.prefix(cut))
            try leave(good + torn)
            let opened = try open()
            #expect(opened.book.sequence == 2)
            #expect(try opened.torn?.bytes() == torn)
            opened.ledger.append([last])
            try await opened.ledger.close()
            #expect(try file.bytes() == good + line)
        }
        let names = try DirectoryListing.entries(of: state).map {
            String(decoding: [UInt8](bytes: $0.name), as: UTF8.self)
        }
        #expect(names.filter { $0.hasPrefix("ledger.torn-20261123T080000.123Z") }.count == line.count - 1)
        #expect(names.count == line.count + 1)
    }

    @Test func `a start without room reports that the state directory is full`() throws {
        try leave(Array("{\"torn".utf8))
        let disk = FaultyDisk()
        disk.leave(room: 0)
        let refusal = #expect(throws: Failure.self) { _ = try open(disk) }
        #expect(refusal?.code == .ledgerFull)
        #expect(refusal?.hint?.contains("state_dir") == true)
    }

    @Test func `a tail of zeros, as a power cut leaves it, is set aside`() async throws {
        try leave(Self.lines[0] + [UInt8](repeating: 0, count: 4096))
        let opened = try open()
        #expect(opened.book.sequence == 1)
        #expect(try opened.torn?.bytes().count == 4096)
        try await opened.ledger.close()
    }

    @Test(arguments: [
        Array("garbage\n".utf8), [0xFF, 10], [10], Array("{}\n".utf8), lines[0], Array(lines[2].dropFirst()),
    ])
    func `a bad line in the middle stops the start, with its number and the way out`(bad: [UInt8]) throws {
        let content = Self.lines[0] + Self.lines[1] + bad + Self.lines[2]
        try leave(content)
        let failure = #expect(throws: Failure.self) { try open() }
        #expect(failure?.code == .ledgerDamaged)
        #expect(failure?.message.hasPrefix("line 3 of ") == true)
        #expect(failure?.hint?.contains("stemwatch ledger repair") == true)
        #expect(try file.bytes() == content)
        var book = JobBook()
        let read = #expect(throws: Failure.self) { try LedgerReader.replay(stateDirectory: state, into: &book) }
        #expect(read == failure)
    }

    @Test func `a reader needs no lock and no ledger, and ignores an unfinished line`() async throws {
        var book = JobBook()
        #expect(try LedgerReader.replay(stateDirectory: state, into: &book) == LineReader.Extent())
        try leave(Self.lines[0] + Array(Self.lines[1].dropLast()))
        #expect(try LedgerReader.replay(stateDirectory: state, into: &book).tail > 0)
        #expect(book.sequence == 1)
    }

    @Test func `unfinished files of a killed process are removed`() async throws {
        try leave(Self.lines[0])
        try state.appending(".stemwatch-1-1.tmp").write("half a compaction")
        try await open().ledger.close()
        #expect(try FileStatus.at(state.appending(".stemwatch-1-1.tmp")) == nil)
    }

    @Test func `nothing is acted on before what was read is on the disk`() async throws {
        try leave(Self.lines[0])
        let disk = FaultyDisk()
        disk.fail(.sync, with: .ioError)
        #expect(throws: Failure.self) { try open(disk) }
        try await open().ledger.close()
    }

    @Test func `a ledger that is released writes everything that was appended`() async throws {
        do {
            let opened = try open()
            opened.ledger.append(Self.entries)
            try await opened.ledger.durable(through: 3)
        }
        #expect(try file.bytes() == Self.lines.flatMap { $0 })
    }
}
