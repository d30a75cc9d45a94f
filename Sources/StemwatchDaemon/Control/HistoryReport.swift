// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Everything that happened to a job, or to a file, read from the ledger's own lines.
enum HistoryReport {
    /// A job's summary with its events.
    static func json(_ summary: JSONValue, _ job: JobID, in directory: FilePath) async throws(Failure) -> JSONValue {
        var report = summary.object ?? [:]
        report["history"] = .array(
            try await BlockingPool.shared.run { () throws(Failure) in
                json(try JobHistory.entries(of: job, stateDirectory: directory))
            })
        return .object(report)
    }

    /// The entries as their lines have them.
    private static func json(_ entries: [LedgerEntry]) -> [JSONValue] {
        // A line that was just read and written again is JSON.
        entries.compactMap { try? JSONValue(parsing: LedgerLine.bytes(of: $0)) }
    }

    /// The events of every job there ever was for a file, the oldest first.
    static func json(of key: FileKey, in directory: FilePath) async throws(Failure) -> [JSONValue] {
        try await BlockingPool.shared.run { () throws(Failure) in
            json(try JobHistory.entries(at: key, stateDirectory: directory))
        }
    }
}
