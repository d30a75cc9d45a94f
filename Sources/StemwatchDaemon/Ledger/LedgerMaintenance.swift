// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// What stands behind `stemwatch ledger verify|repair|compact`. Repairing and compacting need the ledger for themselves.
public enum LedgerMaintenance {
    /// A line that cannot be read.
    public struct BadLine: Hashable, Sendable {
        public var number: Int
        public var reason: String
        /// Where it stands in the file, its line feed included.
        public var range: Range<Int64>
        /// It is a newer Stemwatch's.
        public var isNewer = false
    }

    /// What a ledger holds.
    public struct Verification: Sendable {
        public var book = JobBook()
        public var lines = 0
        public var bytes: Int64 = 0
        public var bad: [BadLine] = []
        /// Bytes of an unfinished last line: normal while a daemon writes, or after one was killed.
        public var torn: Int64 = 0
        /// Numbers that entries lack, as after a repair: what they said is not known.
        public var gaps: [Gap] = []
        /// Why it can neither be read nor repaired here: a newer Stemwatch wrote it.
        public var newer: Failure?
        /// Nothing has to be repaired.
        public var isSound: Bool { bad.isEmpty }
    }

    /// Entries that are missing between two lines.
    public struct Gap: Hashable, Sendable {
        /// The line behind it.
        public var line: Int
        /// The first and the last `seq` that no line has.
        public var missing: ClosedRange<UInt64>
    }

    /// Reads all of it, whatever it finds.
    public static func verify(stateDirectory: FilePath) throws(Failure) -> Verification {
        let place = LedgerFiles(directory: stateDirectory)
        guard let descriptor = try place.openForReading() else { return Verification() }
        defer { descriptor.closeQuietly() }
        return try verify(descriptor, place)
    }

    /// What a repair did.
    public struct Repair: Sendable {
        /// What was moved aside; empty when nothing had to be done.
        public var moved: [BadLine]
        /// Where those lines are now.
        public var aside: FilePath?
        /// The ledger as it was.
        public var backup: FilePath?
    }

    /// Moves lines that cannot be read, and an unfinished last one, into a file beside the ledger, and keeps a copy of the
    /// whole. Good lines stay as they are, byte for byte. What the moved lines said is lost to the jobs they were about.
    /// - Throws: `ledger.locked` while a daemon runs, `ledger.newer` for a ledger that needs a newer Stemwatch, not a repair.
    public static func repair(stateDirectory: FilePath, now: WallTime, calls: FileCalls = .live) throws(Failure)
        -> Repair
    {
        let place = LedgerFiles(directory: stateDirectory)
        guard try FileStatus.at(stateDirectory) != nil else { return Repair(moved: []) }
        let lock = try place.lock()
        defer { lock.release() }
        guard let descriptor = try place.openForReading() else { return Repair(moved: []) }
        defer { descriptor.closeQuietly() }
        let found = try verify(descriptor, place)
        if let newer = found.newer { throw newer }
        let end = found.bytes - found.torn
        guard !found.bad.isEmpty || found.torn > 0 else { return Repair(moved: []) }

        let backup = try place.aside("backup", now)
        try Files.copy(from: place.ledger, to: backup, mode: 0o600)
        try DurableFiles.sync(file: backup)
        var moved = found.bad
        if found.torn > 0 {
            moved.append(BadLine(number: found.lines + 1, reason: "never finished", range: end..<found.bytes))
        }
        let aside = try place.setAside(moved.map(\.range), of: descriptor, as: "bad", now, calls: calls)

        var file = try ReplacementFile(for: place.ledger, calls: calls)
        var start: Int64 = 0
        for line in moved {
            try place.copy(start..<line.range.lowerBound, of: descriptor) { (bytes) throws(Failure) in
                try file.append(bytes)
            }
            start = line.range.upperBound
        }
        try place.copy(start..<found.bytes, of: descriptor) { (bytes) throws(Failure) in try file.append(bytes) }
        try file.publish()
        return Repair(moved: moved, aside: aside, backup: backup)
    }

    /// What a compaction did.
    public struct Compacted: Hashable, Sendable {
        public var linesBefore: Int
        public var linesAfter: Int
        public var bytesBefore: Int64
        public var bytesAfter: Int64
    }

    /// Writes the ledger anew as the state of each job.
    /// - Throws: `ledger.locked` while a daemon runs, `ledger.damaged` when it has to be repaired first.
    public static func compact(
        stateDirectory: FilePath, now: WallTime, calls: FileCalls = .live
    ) throws(Failure) -> Compacted {
        let opened = LedgerFiles(directory: stateDirectory)
        guard try FileStatus.at(stateDirectory) != nil else {
            return Compacted(linesBefore: 0, linesAfter: 0, bytesBefore: 0, bytesAfter: 0)
        }
        let lock = try opened.lock()
        defer { lock.release() }
        var book = JobBook()
        let extent = try LedgerReader.replay(stateDirectory: stateDirectory, into: &book)
        guard extent.tail == 0 else {
            throw Failure(
                .ledgerDamaged, "the last line of \(Printable(opened.ledger)) was never finished",
                hint: "`stemwatch ledger repair` moves it aside, and so does starting the daemon", remedy: .stop)
        }
        guard extent.lines > 0 else { return Compacted(linesBefore: 0, linesAfter: 0, bytesBefore: 0, bytesAfter: 0) }
        var file = try ReplacementFile(for: opened.ledger, calls: calls)
        let lines = try Compaction.write(book, into: &file, now: now)
        try file.publish()
        return Compacted(
            linesBefore: extent.lines, linesAfter: lines, bytesBefore: extent.end, bytesAfter: file.size)
    }

    private static func verify(_ descriptor: FileDescriptor, _ place: LedgerFiles) throws(Failure) -> Verification {
        var result = Verification()
        var check = LedgerCheck()
        let extent = try LineReader.forEachLine(in: descriptor, place.ledger) { (line) throws(Failure) in
            do throws(JSONProblem) {
                let entry = try check.entry(in: line)
                if let missing = check.missing { result.gaps.append(Gap(line: line.number, missing: missing)) }
                result.book.apply(entry)
            } catch {
                result.bad.append(
                    BadLine(
                        number: line.number, reason: error.description, range: line.offset..<line.offset + line.length,
                        isNewer: line.bytes.map(LedgerLine.isNewer) ?? false))
            }
        }
        result.newer = result.bad.first(where: \.isNewer).map { .newerLedger($0.number, place.ledger) }
        result.lines = extent.lines
        result.bytes = extent.end + extent.tail
        result.torn = extent.tail
        return result
    }
}
