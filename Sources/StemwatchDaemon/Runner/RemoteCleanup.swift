// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Removes all that is left of a job outside the ledger.
struct RemoteCleanup: Sendable {
    private let job: Job
    private let backend: (any Backend)?
    /// The folder whose output has its unfinished delivery; `nil`: the configuration no longer has it.
    private let folder: FolderConfiguration?

    init(_ item: WorkItem) { (job, backend, folder) = (item.job, item.backend, item.folder) }

    /// - Returns: what it may have cost.
    func run() async throws(Failure) -> Cost {
        let cost = try await Self.release(job, from: backend)
        if let folder { try await Delivery(folder.delivery, watched: folder.watch.root).discard(job.id) }
        return cost
    }

    /// Releases the job at its backend. A crash may have come between the backend taking it and the entry in the
    /// ledger: then this finds it first.
    @discardableResult
    static func release(_ job: Job, from backend: (any Backend)?) async throws(Failure) -> Cost {
        guard job.step > .queued || job.hasRemains, let backend else { return .possible }
        if let remote = job.remote { return try await backend.release(remote) }
        guard let found = try await backend.find(job.id, from: job.checkpoint) else { return .none }
        return try await backend.release(found)
    }
}
