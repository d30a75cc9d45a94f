// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

struct LedgerMaintenanceTests {
    typealias S = LedgerSamples
    private let directory = TemporaryDirectory()
    private var file: FilePath { directory("ledger.jsonl") }
    private static let lines = [
        S.entry(1, .found(key: S.key("a.wav"), identity: S.identity())), S.entry(2, .held(S.failure())),
        S.entry(5, .resumed(by: .time)),
    ].map(LedgerLine.bytes(of:))

    @Test func `a sound ledger is found sound, and repairing it changes nothing`() throws {
        try file.write(Self.lines.flatMap { $0 })
        let found = try LedgerMaintenance.verify(stateDirectory: directory.path)
        #expect(found.isSound && found.lines == 3 && found.torn == 0 && found.book.count == 1)
        #expect(found.gaps.map(\.line) == [3] && found.gaps.map(\.missing) == [3...4])
        let repair = try LedgerMaintenance.repair(stateDirectory: directory.path, now: S.time(0))
        #expect(repair.moved.isEmpty && repair.backup == nil && repair.aside == nil)
        #expect(try file.bytes() == Self.lines.flatMap { $0 })
    }

    @Test func `bad lines are moved aside byte for byte, and a copy of the whole is kept`() throws {
        let bad: [[UInt8]] = [[0xFF, 0, 10], Self.lines[0], Array("{\"v\":1".utf8)]
        let whole = Self.lines[0] + bad[0] + Self.lines[1] + bad[1] + Self.lines[2] + bad[2]
        try file.write(whole)
        let found = try LedgerMaintenance.verify(stateDirectory: directory.path)
        #expect(!found.isSound && found.bad.map(\.number) == [2, 4] && found.torn == 6)
        #expect(found.bad.last?.reason.hasPrefix("seq: 1 after 2") == true)

        let repair = try LedgerMaintenance.repair(stateDirectory: directory.path, now: S.time(0))
        #expect(repair.moved.map(\.number) == [2, 4, 6])
        #expect(try repair.backup?.bytes() == whole)
        #expect(try repair.aside?.bytes() == bad.flatMap { $0 })
        #expect(try file.bytes() == Self.lines.flatMap { $0 })
        #expect(try LedgerMaintenance.verify(stateDirectory: directory.path).isSound)
    }

    @Test func `lines of a newer Stemwatch are neither read nor moved aside`() throws {
        let newer = Array(#"{"at":"2030-01-01T00:00:00.000Z","event":"sang","seq":2,"v":2}"#.utf8) + [10]
        try file.write(Self.lines[0] + newer)
        #expect(try LedgerMaintenance.verify(stateDirectory: directory.path).newer?.code == .ledgerNewer)
        let refusals = [
            #expect(throws: Failure.self) {
                try LedgerMaintenance.repair(stateDirectory: directory.path, now: S.time(0))
            },
            #expect(throws: Failure.self) {
                try LedgerReader.forEachEntry(in: directory.path) { _ in }
            },
        ]
        #expect(refusals.map { $0?.code } == [.ledgerNewer, .ledgerNewer])
        #expect(try file.bytes() == Self.lines[0] + newer)
    }

    @Test func `a line too long for memory is moved like any other`() throws {
        let long = [UInt8](repeating: 65, count: LineReader.longestLine + 70_000) + [10]
        try file.write(Self.lines[0] + long + Self.lines[1])
        let repair = try LedgerMaintenance.repair(stateDirectory: directory.path, now: S.time(0))
        #expect(try repair.aside?.bytes() == long)
        #expect(try file.bytes() == Self.lines[0] + Self.lines[1])
    }

    @Test func `a repair that fails half-way leaves the ledger as it was`() throws {
        let whole = Self.lines[0] + [10] + Self.lines[1]
        try file.write(whole)
        for calls in 0..<6 {
            let disk = FaultyDisk()
            disk.fail(after: calls)
            #expect(throws: Failure.self) {
                try LedgerMaintenance.repair(stateDirectory: directory.path, now: S.time(0), calls: disk.calls)
            }
            #expect(try file.bytes() == whole)
        }
    }

    @Test func `where there is no ledger there is nothing to do`() throws {
        #expect(try LedgerMaintenance.verify(stateDirectory: directory.path).isSound)
        #expect(try LedgerMaintenance.repair(stateDirectory: directory.path, now: S.time(0)).moved.isEmpty)
        #expect(try LedgerMaintenance.compact(stateDirectory: directory.path, now: S.time(0)).linesAfter == 0)
    }

    @Test func `the history of a file is that of all its jobs`() throws {
        let other = S.id(9)
        let entries = [
            S.entry(1, .found(key: S.key("a.wav"), identity: S.identity())),
            S.entry(2, .found(key: S.key("b.wav"), identity: S.identity()), job: S.id(8)),
            S.entry(3, .failed(S.failure())), S.entry(4, .failed(S.failure()), job: S.id(8)),
            S.entry(5, .found(key: S.key("a.wav"), identity: S.identity(2)), job: other),
            S.entry(6, .watched(FolderName(rawValue: "inbox")), job: nil),
        ]
        try file.write(entries.flatMap(LedgerLine.bytes(of:)))
        #expect(try LedgerReader.entries(of: S.id(7), in: directory.path).map(\.sequence) == [1, 3])
        #expect(
            try LedgerReader.entries(at: S.key("a.wav"), in: directory.path).map(\.sequence) == [1, 3, 5])
        _ = try LedgerMaintenance.compact(stateDirectory: directory.path, now: S.time(9))
        #expect(
            try LedgerReader.entries(at: S.key("a.wav"), in: directory.path).map(\.job) == [S.id(7), other])
        #expect(try LedgerReader.entries(at: S.key("c.wav"), in: directory.path).isEmpty)
    }
}
