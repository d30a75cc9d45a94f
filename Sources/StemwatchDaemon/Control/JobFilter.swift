// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Which jobs a list is to have.
package struct JobFilter: Sendable, Equatable {
    /// Empty: any.
    package var states: [String]
    package var folder: FolderName?
    /// The newest so many.
    package var limit: Int?

    package init(states: [String] = [], folder: FolderName? = nil, limit: Int? = nil) {
        self.states = states
        self.folder = folder
        self.limit = limit
    }

    /// Every state there is.
    package static let states = JobState.allCases.map(\.rawValue)

    func holds(_ job: Job) -> Bool {
        (states.isEmpty || states.contains(job.state)) && (folder == nil || folder == job.key.folder)
    }

    /// - Throws: `control.protocol` for a state that does not exist or a limit that is no number.
    init(_ query: String?) throws(Failure) {
        let text = QueryText(query)
        self.init(states: text.texts("state"), folder: text.texts("folder").first.map(FolderName.init(rawValue:)))
        if let unknown = states.first(where: { !Self.states.contains($0) }) {
            throw Failure(.controlProtocol, "there is no state '\(Printable(unknown))'", remedy: .reject)
        }
        guard let limit = text.texts("limit").first else { return }
        self.limit = Int(limit)
        if self.limit == nil || self.limit! < 1 {
            throw Failure(.controlProtocol, "limit '\(Printable(limit))' is no number of jobs", remedy: .reject)
        }
    }

    /// As the query of a request; empty when nothing is asked.
    var query: String {
        var parts = states.map { "state=" + PercentCoding.encode($0.utf8) }
        if let folder { parts.append("folder=" + PercentCoding.encode(folder.rawValue.utf8)) }
        if let limit { parts.append("limit=\(limit)") }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}

extension EngineSnapshot {
    /// The jobs a filter holds, the newest last.
    func jobs(_ filter: JobFilter) -> [JobSummary] {
        let found = book.jobs.filter(filter.holds)
        return found.suffix(filter.limit ?? found.count).map(summary)
    }

    /// One job with its history.
    /// - Throws: `job.unknown`, and what keeps the ledger from being read.
    func job(_ id: JobID) async throws(Failure) -> JobSummary {
        guard let job = book.job(id) else {
            throw Failure(.jobUnknown, "there is no job \(id)", hint: "stemwatch jobs lists them", remedy: .reject)
        }
        var summary = summary(job)
        summary.history = try await HistoryEvent.all(of: id, in: configuration.stateDirectory)
        return summary
    }

    private func summary(_ job: Job) -> JobSummary { JobSummary(job, activity: daemon?.runs[job.id] ?? nil) }
}
