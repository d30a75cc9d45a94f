// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The whole life of a job, or of a file, as the ledger tells it. What came before a compaction is one snapshot.
enum JobHistory {
    /// Every entry of one job, in order; empty when there is no such job.
    static func entries(of id: JobID, stateDirectory: FilePath) throws(Failure) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        try LedgerReader.forEachEntry(in: stateDirectory) { if $0.job == id { entries.append($0) } }
        return entries
    }

    /// Every entry of every job a file ever had, in order.
    static func entries(at key: FileKey, stateDirectory: FilePath) throws(Failure) -> [LedgerEntry] {
        var jobs: Set<JobID> = []
        var entries: [LedgerEntry] = []
        try LedgerReader.forEachEntry(in: stateDirectory) { entry in
            switch entry.event {
            case .found(key, _): entry.job.map { _ = jobs.insert($0) }
            case .snapshot(let job) where job.key == key: jobs.insert(job.id)
            default: break
            }
            if let job = entry.job, jobs.contains(job) { entries.append(entry) }
        }
        return entries
    }
}
