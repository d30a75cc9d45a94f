// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage

/// Writes a ledger anew as the state of each job: far fewer lines, which fold to the same book.
enum Compaction {
    /// Whether a ledger of so many lines is worth it.
    static func isDue(lines: Int, jobs: Int) -> Bool { lines > 2 * jobs + 10_000 }

    /// Writes the ledger of `book`. Every job stays known, what was paid for stays paid for, and events that are not known
    /// stay as they are.
    /// - Parameter isCancelled: asked before each job.
    /// - Returns: its lines.
    /// - Throws: `job.cancelled`, and what the system says.
    static func write(
        _ book: JobBook, into file: inout ReplacementFile, now: WallTime, isCancelled: () -> Bool = { false }
    ) throws(Failure) -> Int {
        for job in book.jobs {
            guard !isCancelled() else {
                throw Failure(.jobCancelled, "compacting the ledger was stopped", remedy: .retry(after: nil))
            }
            let entry = LedgerEntry(sequence: book.sequence, at: now, job: job.id, event: .snapshot(job))
            try file.append(LedgerLine.bytes(of: entry))
        }
        let folders = book.folders.events(now: now)
        for (at, event) in folders {
            try file.append(LedgerLine.bytes(of: LedgerEntry(sequence: book.sequence, at: at, job: nil, event: event)))
        }
        for entry in book.unknown { try file.append(LedgerLine.bytes(of: entry)) }
        return book.count + folders.count + book.unknown.count
    }
}

/// The ledger that is to take the place of the present one, complete but for what is still being appended to that.
final class CompactedLedger: Sendable {
    private let file: Mutex<ReplacementFile>
    private let place: LedgerFiles

    init(_ file: consuming sending ReplacementFile, _ place: LedgerFiles) {
        self.file = Mutex(file)
        self.place = place
    }

    /// Carries over the stretch `rest` of the ledger as it is, and takes its place.
    func succeed(_ ledger: FileDescriptor, rest: Range<Int64>) -> GroupCommitFile.Replacement {
        file.withLock { file in
            do throws(Failure) {
                try place.copy(rest, of: ledger) { (bytes) throws(Failure) in try file.append(bytes) }
                // Before the point of no return: afterwards, opening it must not fail.
                let descriptor = try file.openForAppending()
                do throws(Failure) { try file.publish() } catch {
                    descriptor.closeQuietly()
                    throw error
                }
                return .replaced(descriptor, size: file.size)
            } catch {
                return file.isPublished
                    ? .lost(Failure(.ledgerWrite, error.message, hint: error.hint, remedy: .stop)) : .abandoned(error)
            }
        }
    }
}
