// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Has nothing left of a job anywhere but in the ledger.
struct RemoteCleanup: Sendable {
    private let job: Job
    private let backend: (any Backend)?
    /// Where its delivery was being put together; `nil`: the configuration has lost it.
    private let folder: FolderConfiguration?

    init(_ item: WorkItem) { (job, backend, folder) = (item.job, item.backend, item.folder) }

    /// - Returns: what it may have cost.
    func run() async throws(Failure) -> Cost {
        let cost = try await Self.release(job, from: backend)
        if let folder { try await Delivery(folder.delivery, watched: folder.watch.root).discard(job.id) }
        return cost
    }

    /// Has the backend forget the job. A crash may have come between the backend taking it and the entry in the ledger: then
    /// it is looked for first.
    @discardableResult
    static func release(_ job: Job, from backend: (any Backend)?) async throws(Failure) -> Cost {
        guard job.step > .queued || job.hasRemains, let backend else { return .possible }
        if let remote = job.remote { return try await backend.release(remote) }
        guard let found = try await backend.find(job.id, from: job.checkpoint) else { return .none }
        return try await backend.release(found)
    }
}
