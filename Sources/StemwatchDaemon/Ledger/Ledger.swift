// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
import Synchronization
public import SystemPackage

/// The daemon's memory on disk: one event a line, appended, never changed. One process at a time.
///
/// Decide, append, wait until it is durable, act on the world: in that order. Entries are durable together: while one sync
/// runs, what comes meanwhile goes out with the next.
public final class Ledger: Sendable {
    private let file: GroupCommitFile
    private let place: LedgerFiles
    private let calls: FileCalls
    private let lineCount: Atomic<Int>

    /// What opening a ledger gives.
    public struct Opened: Sendable {
        public var ledger: Ledger
        /// The fold of all it held.
        public var book: JobBook
        /// Where an unfinished last line was put; `nil` when there was none.
        public var torn: FilePath?
    }

    /// Opens the ledger in `stateDirectory`, reading all of it, and keeps every other process out. Blocks: call it on the
    /// `BlockingPool`.
    ///
    /// An unfinished last line was never acknowledged: it is set aside and cut off. What was read is made durable before
    /// anybody acts on it.
    /// - Parameters:
    ///   - retryEvery: how often a full disk is asked again.
    ///   - onTrouble: called on a thread of the ledger's own with what stops the writing (`ledger.full` waits for room by
    ///     itself, `ledger.write` is final), and with `nil` when it goes on.
    /// - Throws: `ledger.locked`, `ledger.damaged`, `ledger.full`, and what the system says.
    public static func open(
        stateDirectory: FilePath, now: WallTime, calls: FileCalls = .live, retryEvery: Duration = .seconds(1),
        onTrouble: @escaping @Sendable (Failure?) -> Void = { _ in }
    ) throws(Failure) -> Opened {
        do throws(Failure) {
            return try open(stateDirectory, now, calls, retryEvery, onTrouble)
        } catch  where error.code == .outputFull {
            throw Failure(
                .ledgerFull, "there is no room in the state directory \(Printable(stateDirectory)): \(error.message)",
                hint: "free some space on the disk that holds state_dir, then start again", remedy: .stop)
        }
    }

    private static func open(
        _ stateDirectory: FilePath, _ now: WallTime, _ calls: FileCalls, _ retryEvery: Duration,
        _ onTrouble: @escaping @Sendable (Failure?) -> Void
    ) throws(Failure) -> Opened {
        let place = LedgerFiles(directory: stateDirectory)
        try place.make()
        let lock = try place.lock()
        // Only the holder of the lock writes here: what is left was left by a process that was killed.
        try Temporaries.removeLeftovers(in: stateDirectory)

        let descriptor = try openForAppending(place)
        var book = JobBook()
        let extent: LineReader.Extent
        let torn: FilePath?
        do throws(Failure) {
            extent = try LedgerReader.forEachEntry(of: descriptor, place.ledger) { book.apply($0) }
            torn = try cutTail(extent, of: descriptor, place, now, calls)
            if let error = calls.sync(descriptor) { throw Failure(error, "making durable", place.ledger) }
        } catch {
            descriptor.closeQuietly()
            throw error
        }
        let file = try GroupCommitFile(
            descriptor, place.ledger, last: book.sequence,
            codes: GroupCommitFile.Codes(full: .ledgerFull, write: .ledgerWrite), lock: lock, calls: calls,
            retryEvery: retryEvery, onTrouble: onTrouble)
        return Opened(ledger: Ledger(file, place, calls, lines: extent.lines), book: book, torn: torn)
    }

    private init(_ file: GroupCommitFile, _ place: LedgerFiles, _ calls: FileCalls, lines: Int) {
        self.file = file
        self.place = place
        self.calls = calls
        lineCount = Atomic(lines)
    }

    deinit { file.closeSoon() }

    /// Takes entries to be written, in order, and returns at once. Their sequences go on from the last.
    public func append(_ entries: [LedgerEntry]) {
        guard let last = entries.last else { return }
        lineCount.add(entries.count, ordering: .relaxed)
        file.append(entries.flatMap(LedgerLine.bytes(of:)), through: last.sequence)
    }

    /// Lines it holds with all that was appended.
    public var lines: Int { lineCount.load(ordering: .relaxed) }

    /// A moment in its life: what was appended before it, and what after.
    public struct Mark: Sendable {
        fileprivate let end: Int64
        fileprivate let lines: Int
    }

    /// The present one.
    public var mark: Mark { Mark(end: file.end, lines: lines) }

    /// Writes it anew as the state of each job, while entries go on being appended. What was acknowledged is in the old file
    /// or in the new one, whatever happens; only the last step, which carries over what came meanwhile, holds up others.
    /// - Parameters:
    ///   - book: the fold of all that was appended, and of nothing else.
    ///   - mark: ``mark`` at the same moment.
    /// - Throws: why it stays as it is; `ledger.write` (remedy: stop) when nothing is written any more.
    public func compact(_ book: JobBook, before mark: Mark, now: WallTime) async throws(Failure) {
        let (successor, fewer) = try await BlockingPool.shared.run(cancellable: {
            [place, calls] (isCancelled) throws(Failure) in
            var file = try ReplacementFile(for: place.ledger, calls: calls)
            let lines = try Compaction.write(book, into: &file, now: now, isCancelled: isCancelled)
            try file.sync()
            return (CompactedLedger(file, place), lines)
        })
        try await file.replace(after: mark.end, by: successor.succeed)
        lineCount.add(fewer - mark.lines, ordering: .relaxed)
    }

    /// Returns when the entry of that sequence, and all before it, are on the disk.
    ///
    /// Waits for room on a full disk; a cancelled task does not.
    /// - Throws: `ledger.write` (remedy: stop) once writing has failed for good, `ledger.full` as above.
    public func durable(through sequence: UInt64) async throws(Failure) { try await file.durable(through: sequence) }

    /// Writes what was appended, and lets other processes in. May be called again.
    /// - Throws: what kept something from being written.
    public func close() async throws(Failure) { try await file.close() }

    private static func openForAppending(_ place: LedgerFiles) throws(Failure) -> FileDescriptor {
        let isNew = try FileStatus.at(place.ledger) == nil
        let descriptor = try Failure.translating("opening", place.ledger) {
            try FileDescriptor.open(
                place.ledger, .readWrite, options: [.append, .create, .noFollow, .closeOnExec],
                permissions: .ownerReadWrite)
        }
        if isNew { try DurableFiles.sync(directory: place.directory) }
        return descriptor
    }

    private static func cutTail(
        _ extent: LineReader.Extent, of descriptor: FileDescriptor, _ place: LedgerFiles, _ now: WallTime,
        _ calls: FileCalls
    ) throws(Failure) -> FilePath? {
        guard extent.tail > 0 else { return nil }
        let path = try place.setAside(
            [extent.end..<extent.end + extent.tail], of: descriptor, as: "torn", now, calls: calls)
        try Failure.translating("cutting", place.ledger) { try descriptor.resize(to: extent.end) }
        return path
    }
}
