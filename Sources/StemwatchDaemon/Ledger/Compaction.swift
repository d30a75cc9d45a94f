// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Writes a ledger anew as the state of each job: far fewer lines, which fold to the same book.
enum Compaction {
    /// Whether a ledger of so many lines is worth it.
    static func isDue(lines: Int, jobs: Int) -> Bool { lines > 2 * jobs + 10_000 }

    /// Puts the ledger of `book` in the place of the one at `path`, in one step. Every job stays known, what was paid for
    /// stays paid for, and events of newer versions stay as they are.
    /// - Returns: lines and bytes of the new one.
    @discardableResult
    static func write(
        _ book: JobBook, to path: FilePath, now: WallTime, calls: FileCalls = .live
    ) throws(Failure) -> (lines: Int, bytes: Int64) {
        var file = try ReplacementFile(for: path, calls: calls)
        for job in book.jobs {
            let entry = LedgerEntry(sequence: book.sequence, at: now, job: job.id, event: .snapshot(job))
            try file.append(LedgerLine.bytes(of: entry))
        }
        for (at, event) in book.folders.events(now: now) {
            try file.append(LedgerLine.bytes(of: LedgerEntry(sequence: book.sequence, at: at, job: nil, event: event)))
        }
        for entry in book.unknown { try file.append(LedgerLine.bytes(of: entry)) }
        try file.publish()
        return (book.count + book.folders.events(now: now).count + book.unknown.count, file.size)
    }
}
