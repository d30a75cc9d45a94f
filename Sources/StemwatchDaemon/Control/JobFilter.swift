// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Which jobs a list is to have.
public struct JobFilter: Sendable, Equatable {
    /// Empty: any.
    public var states: [String]
    public var folder: FolderName?
    /// The newest so many.
    public var limit: Int?

    public init(states: [String] = [], folder: FolderName? = nil, limit: Int? = nil) {
        self.states = states
        self.folder = folder
        self.limit = limit
    }

    /// Every state there is.
    public static let states = JobState.allCases.map(\.rawValue)

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
