// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Reads a ledger without the daemon, and without its lock: an unfinished last line is one that is being written.
public enum LedgerReader {
    /// Applies every entry of the ledger in `stateDirectory` to `book`. No ledger: nothing to apply.
    /// - Throws: `ledger.damaged` for a line that cannot be read, `ledger.newer` for one of a newer version, with its number.
    @discardableResult
    public static func replay(
        stateDirectory: FilePath, into book: inout JobBook
    ) throws(Failure) -> LineReader.Extent {
        try forEachEntry(in: stateDirectory) { book.apply($0) }
    }

    /// Calls `body` with every entry, in order.
    @discardableResult
    public static func forEachEntry(
        in stateDirectory: FilePath, _ body: (LedgerEntry) -> Void
    ) throws(Failure) -> LineReader.Extent {
        let place = LedgerFiles(directory: stateDirectory)
        guard let descriptor = try place.openForReading() else { return LineReader.Extent() }
        defer { descriptor.closeQuietly() }
        return try forEachEntry(of: descriptor, place.ledger, body)
    }

    /// Every entry of one job, in order; empty when there is no such job. What came before a compaction is one snapshot.
    static func entries(of id: JobID, in stateDirectory: FilePath) throws(Failure) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        try forEachEntry(in: stateDirectory) { if $0.job == id { entries.append($0) } }
        return entries
    }

    /// Every entry of every job that a file ever had, in order.
    static func entries(at key: FileKey, in stateDirectory: FilePath) throws(Failure) -> [LedgerEntry] {
        var jobs: Set<JobID> = []
        var entries: [LedgerEntry] = []
        try forEachEntry(in: stateDirectory) { entry in
            switch entry.event {
            case .found(key, _): entry.job.map { _ = jobs.insert($0) }
            case .snapshot(let job) where job.key == key: jobs.insert(job.id)
            default: break
            }
            if let job = entry.job, jobs.contains(job) { entries.append(entry) }
        }
        return entries
    }

    static func forEachEntry(
        of descriptor: FileDescriptor, _ path: FilePath, _ body: (LedgerEntry) -> Void
    ) throws(Failure) -> LineReader.Extent {
        var check = LedgerCheck()
        return try LineReader.forEachLine(in: descriptor, path) { (line) throws(Failure) in
            do throws(JSONProblem) {
                body(try check.entry(in: line))
            } catch {
                if let bytes = line.bytes, LedgerLine.isNewer(bytes) { throw .newerLedger(line.number, path) }
                throw Failure(
                    .ledgerDamaged, "line \(line.number) of \(Printable(path)) cannot be read: \(error)",
                    hint: "`stemwatch ledger repair` moves such lines aside and keeps a copy of the whole",
                    remedy: .stop)
            }
        }
    }
}

extension Failure {
    /// - Parameter line: the first that a newer Stemwatch wrote.
    static func newerLedger(_ line: Int, _ path: FilePath) -> Self {
        Failure(
            .ledgerNewer, "line \(line) of \(Printable(path)) was written by a newer Stemwatch than this one",
            hint: "install that version again, or give this one a `state_dir` of its own", remedy: .stop)
    }
}

/// What makes a line of the ledger a good one.
struct LedgerCheck {
    private var last: UInt64 = 0
    /// The numbers that no line has, between the last entry and the one before.
    private(set) var missing: ClosedRange<UInt64>?

    /// The entry in a line. Sequences only ever rise; snapshots share that of the moment they were taken, and lines of newer
    /// versions, which compaction puts behind them, keep theirs.
    mutating func entry(in line: LineReader.Line) throws(JSONProblem) -> LedgerEntry {
        guard let bytes = line.bytes else { throw JSONProblem("longer than \(LineReader.longestLine) bytes") }
        missing = nil
        let entry = try LedgerLine.entry(from: bytes)
        switch entry.event {
        case .unknown, .snapshot, .watched, .paused, .unpaused: break
        default:
            guard entry.sequence > last else { throw JSONProblem("seq: \(entry.sequence) after \(last)") }
        }
        // A compacted ledger begins where the old one ended.
        if last > 0, entry.sequence > last + 1 { missing = last + 1...entry.sequence - 1 }
        last = max(last, entry.sequence)
        return entry
    }
}
