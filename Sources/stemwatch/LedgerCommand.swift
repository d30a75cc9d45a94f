// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Look after the ledger, the record of every job.",
        subcommands: [LedgerVerify.self, LedgerRepair.self, LedgerCompact.self, LedgerExport.self])
}

struct LedgerVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read every line. Exits with 1 when something needs repair.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() throws {
        let found = try LedgerMaintenance.verify(stateDirectory: configuration.read().stateDirectory)
        if let newer = found.newer { throw newer }
        let report = Report(
            sound: found.isSound, lines: found.lines, bytes: found.bytes, jobs: found.book.count,
            tornBytes: found.torn, bad: found.bad.map { .init(line: $0.number, reason: $0.reason) },
            gaps: found.gaps.map {
                .init(line: $0.line, first: $0.missing.lowerBound, last: $0.missing.upperBound)
            })
        output.print(report) { _, _ in
            let summary = "\(found.lines) lines, \(found.bytes) bytes, \(found.book.count) jobs"
            let tail =
                found.torn > 0
                ? [
                    "  an unfinished last line of \(found.torn) bytes: the daemon is writing it, or was killed"
                ] : []
            let gaps = found.gaps.map {
                "  before line \($0.line) entries \($0.missing.lowerBound) to \($0.missing.upperBound) are missing, as "
                    + "after a repair: their jobs may seem less far than they were"
            }
            let lines = found.bad.map { "  line \($0.number): \($0.reason)" }
            let advice = found.isSound ? [] : ["  stop the daemon, then: stemwatch ledger repair"]
            return ([summary + (found.isSound ? ": sound" : ": DAMAGED")] + tail + gaps + lines + advice).joined(
                separator: "\n")
        }
        if !found.isSound { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private struct Report: Encodable {
        let sound: Bool
        let lines: Int
        let bytes: Int64
        let jobs: Int
        let tornBytes: Int64
        let bad: [Bad]
        let gaps: [Gap]

        struct Bad: Encodable {
            let line: Int
            let reason: String
        }
        struct Gap: Encodable {
            let line: Int
            let first, last: UInt64
        }
        enum CodingKeys: String, CodingKey {
            case sound, lines, bytes, jobs, bad, gaps
            case tornBytes = "torn_bytes"
        }
    }
}

struct LedgerRepair: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "Set unreadable lines aside, and keep a copy of the whole ledger.")

    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
        let repair = try LedgerMaintenance.repair(stateDirectory: configuration.read().stateDirectory, now: .now)
        guard let aside = repair.aside else { return print("nothing to repair") }
        for line in repair.moved { print("line \(line.number): \(line.reason)") }
        print("moved to \(Printable(aside))")
        if let backup = repair.backup { print("the ledger as it was: \(Printable(backup))") }
    }
}

struct LedgerCompact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Shorten the ledger to the present state of each job.",
        discussion: """
            The daemon does this by itself once there are many more lines than jobs. Every job stays known, and \
            everything that was paid for; only the steps by which a job came to its state are no longer shown.
            """)

    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
        let done = try LedgerMaintenance.compact(stateDirectory: configuration.read().stateDirectory, now: .now)
        print(
            "\(done.linesBefore) lines, \(done.bytesBefore) bytes → \(done.linesAfter) lines, \(done.bytesAfter) bytes")
    }
}

struct LedgerExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print every job, for a spreadsheet (CSV) or a program (JSON).")

    @OptionGroup var configuration: ConfigurationOption
    @Flag(help: "Print CSV.") var csv = false

    func run() throws {
        var book = JobBook()
        try LedgerReader.replay(stateDirectory: configuration.read().stateDirectory, into: &book)
        guard csv else { return print(JSONValue(encoding: book.jobs.map { JobSummary($0) }).text(indented: true)) }
        print(JobSummary.csvHeader, terminator: "")
        for job in book.jobs { print(JobSummary(job).csv, terminator: "") }
    }
}
