// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform
import SystemPackage

/// Something that happened to a job: a line of the ledger as it stands there.
package struct HistoryEvent: Codable, Sendable {
    private let line: JSONValue

    package init(from decoder: any Decoder) throws { line = try JSONValue(from: decoder) }
    package func encode(to encoder: any Encoder) throws { try line.encode(to: encoder) }

    /// A line that was just read and written again is JSON.
    private init?(_ entry: LedgerEntry) {
        guard let line = try? JSONValue(parsing: LedgerLine.bytes(of: entry)) else { return nil }
        self.line = line
    }

    package var at: WallTime? { line["at"]?.string.flatMap { WallTime(rfc3339: $0) } }
    package var job: String { line["job"]?.string ?? "" }
    /// In the word of the ledger.
    package var name: String { line["event"]?.string ?? "" }
    package var failure: String? { line["failure"]?["message"]?.string }
    package var code: String? { line["failure"]?["code"]?.string }
    /// When it is tried again.
    package var retryAt: WallTime? { line["retry_at"]?.string.flatMap { WallTime(rfc3339: $0) } }

    /// Every event of one job, the oldest first.
    static func all(of job: JobID, in directory: FilePath) async throws(Failure) -> [HistoryEvent] {
        try await BlockingPool.shared.run { () throws(Failure) in
            try LedgerReader.entries(of: job, in: directory).compactMap { HistoryEvent($0) }
        }
    }

    /// The events of every job there ever was for a file, the oldest first.
    static func all(at key: FileKey, in directory: FilePath) async throws(Failure) -> [HistoryEvent] {
        try await BlockingPool.shared.run { () throws(Failure) in
            try LedgerReader.entries(at: key, in: directory).compactMap { HistoryEvent($0) }
        }
    }
}
