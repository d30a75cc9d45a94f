// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform

/// Writes events into the ledger, and keeps book and meter in step with it.
extension Engine {
    /// Puts events into the ledger's queue and folds them in: the one place where the book changes.
    /// - Returns: the sequence to await before acting on them.
    @discardableResult
    func write(_ events: [(JobID?, LedgerEvent)]) -> UInt64 {
        guard !events.isEmpty else { return book.sequence }
        let time = now()
        var sequence = book.sequence
        let entries = events.map { job, event in
            sequence += 1
            return LedgerEntry(sequence: sequence, at: time, job: job, event: job.map(event.naming) ?? event)
        }
        ledger.append(entries)
        for entry in entries {
            let before = entry.job.flatMap { book.job($0) }
            book.apply(entry)
            if let before, let after = book.job(before.id) { count(from: before, to: after) }
        }
        return sequence
    }

    /// Keeps the meter in step with the book. A reservation is counted by ``Admission`` when it grants it.
    private func count(from before: Job, to after: Job) {
        let folder = before.key.folder
        // Written off is spent: it stays counted where it was.
        guard before.writtenOff == after.writtenOff else { return }
        switch (before.reservation, after.reservation, before.charge, after.charge) {
        case (let reserved?, nil, nil, let charged?):
            admission.meter.settle(reserved: reserved, charged: charged, folder: folder)
        case (let reserved?, nil, _, _): admission.meter.remove(reserved, folder: folder)
        case (_, _, let charged?, nil): admission.meter.remove(charged, folder: folder)
        default: break
        }
    }

    /// Writes a hold, and sets the timer that lifts it. Writes nothing when the job is held for the same reason
    /// already.
    func hold(_ job: Job, _ failure: Failure) {
        timers.countAttempt(job.id)
        if job.wait != .held(failure.naming(job.id)) { write([(job.id, .held(failure))]) }
        schedule(job.id)
        notice(job.id)
    }

    func end(_ job: Job, _ event: LedgerEvent) {
        write([(job.id, event)])
        schedule(job.id)
        notice(job.id)
    }

    /// Compacts the ledger once it is much longer than its jobs need.
    func compactIfDue() async {
        let before = ledger.lines
        guard Compaction.isDue(lines: before, jobs: book.count) else { return }
        do throws(Failure) {
            // Book and mark are taken without an `await` in between: the copy holds exactly what is before the mark.
            try await ledger.compact(book, before: ledger.mark, now: now())
            log.info("the ledger was compacted", metadata: ["lines": "\(before) → \(ledger.lines)"])
        } catch {
            log.warning("the ledger was not compacted: \(error.message)", metadata: ["code": "\(error.code.rawValue)"])
        }
    }
}
