// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// The daemon's memory on disk: one event a line, appended, never changed. One process at a time.
///
/// Decide, append, wait until it is durable, act on the world: in that order. Entries are durable together: while one sync
/// runs, what comes meanwhile goes out with the next.
public final class Ledger: Sendable {
    private let file: GroupCommitFile

    /// What opening a ledger gives.
    public struct Opened: Sendable {
        public var ledger: Ledger
        /// The fold of all it held.
        public var book: JobBook
        public var lines: Int
        /// Where an unfinished last line was put; `nil` when there was none.
        public var torn: FilePath?
        /// It was written anew as the state of each job.
        public var wasCompacted: Bool
    }

    /// Opens the ledger in `stateDirectory`, reading all of it, and keeps every other process out. Blocks: call it on the
    /// `BlockingPool`.
    ///
    /// An unfinished last line was never acknowledged: it is set aside and cut off. What was read is made durable before
    /// anybody acts on it.
    /// - Parameters:
    ///   - retryEvery: how often a full disk is asked again.
    ///   - isCompactionDue: whether so many lines are too many for so many jobs; `nil`: twice as many and ten thousand.
    ///   - onTrouble: called on a thread of the ledger's own with what stops the writing (`ledger.full` waits for room by
    ///     itself, `ledger.write` is final), and with `nil` when it goes on.
    /// - Throws: `ledger.locked`, `ledger.damaged`, and what the system says.
    public static func open(
        stateDirectory: FilePath, now: WallTime, calls: FileCalls = .live, retryEvery: Duration = .seconds(1),
        isCompactionDue: (@Sendable (_ lines: Int, _ jobs: Int) -> Bool)? = nil,
        onTrouble: @escaping @Sendable (Failure?) -> Void = { _ in }
    ) throws(Failure) -> Opened {
        let place = LedgerPlace(directory: stateDirectory)
        try place.make()
        let lock = try place.lock()
        // Only the holder of the lock writes here: what is left was left by a process that was killed.
        try Temporaries.removeLeftovers(in: stateDirectory)

        var descriptor = try openForAppending(place)
        do throws(Failure) {
            var book = JobBook()
            let extent = try LedgerReader.forEachEntry(of: descriptor, place.ledger) { book.apply($0) }
            let torn = try cutTail(extent, of: descriptor, place, now, calls)
            if let error = calls.sync(descriptor) { throw Failure(error, "making durable", place.ledger) }
            let isDue = isCompactionDue ?? Compaction.isDue
            let wasCompacted = isDue(extent.lines, book.count)
            var lines = extent.lines
            if wasCompacted {
                lines = try Compaction.write(book, to: place.ledger, now: now, calls: calls).lines
                let fresh = try openForAppending(place)
                descriptor.closeQuietly()
                descriptor = fresh
            }
            let file = try GroupCommitFile(
                descriptor, place.ledger, last: book.sequence, lock: lock, calls: calls, retryEvery: retryEvery,
                onTrouble: onTrouble)
            return Opened(
                ledger: Ledger(file), book: book, lines: lines, torn: torn, wasCompacted: wasCompacted)
        } catch {
            descriptor.closeQuietly()
            throw error
        }
    }

    private init(_ file: GroupCommitFile) { self.file = file }
    deinit { file.closeSoon() }

    /// Takes entries to be written, in order, and returns at once. Their sequences go on from the last.
    public func append(_ entries: [LedgerEntry]) {
        guard let last = entries.last else { return }
        file.append(entries.flatMap(LedgerLine.bytes(of:)), through: last.sequence)
    }

    /// Returns when the entry of that sequence, and all before it, are on the disk.
    ///
    /// Waits for room on a full disk; a cancelled task does not.
    /// - Throws: `ledger.write` (remedy: stop) once writing has failed for good, `ledger.full` as above.
    public func durable(through sequence: UInt64) async throws(Failure) { try await file.durable(through: sequence) }

    public var statistics: GroupCommitFile.Statistics { file.statistics }

    /// Writes what was appended, and lets other processes in. May be called again.
    /// - Throws: what kept something from being written.
    public func close() async throws(Failure) { try await file.close() }

    private static func openForAppending(_ place: LedgerPlace) throws(Failure) -> FileDescriptor {
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
        _ extent: LineReader.Extent, of descriptor: FileDescriptor, _ place: LedgerPlace, _ now: WallTime,
        _ calls: FileCalls
    ) throws(Failure) -> FilePath? {
        guard extent.tail > 0 else { return nil }
        let path = try place.setAside(
            [extent.end..<extent.end + extent.tail], of: descriptor, as: "torn", now, calls: calls)
        try Failure.translating("cutting", place.ledger) { try descriptor.resize(to: extent.end) }
        return path
    }
}

extension FileDescriptor {
    /// Closes what was only read, or is given up: there is nothing left that an error could be about.
    func closeQuietly() { try? close() }
}
