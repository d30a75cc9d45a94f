// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Has nothing left of a job anywhere but in the ledger.
struct RemoteCleanup: Sendable {
    private let job: Job
    private let engine: Engine

    init(_ job: Job, _ engine: Engine) {
        self.job = job
        self.engine = engine
    }

    /// - Parameter folder: where its delivery was being put together; `nil`: the configuration has lost it.
    /// - Returns: what it may have cost.
    func run(in folder: FolderRuntime?) async throws(Failure) -> Cost {
        let cost = try await backend()
        if let folder {
            try await Delivery(folder.configuration.delivery, watched: folder.configuration.watch.root).discard(job.id)
        }
        return cost
    }

    /// Has the backend forget the job. A crash may have come between the backend taking it and the ledger hearing of it: then
    /// it is looked for first.
    @discardableResult
    func backend() async throws(Failure) -> Cost {
        guard job.step > .queued || job.hasRemains, let backend = await engine.backend(of: job) else {
            return .possible
        }
        if let remote = job.remote { return try await backend.release(remote) }
        guard let found = try await backend.find(job.id, from: job.checkpoint) else { return .none }
        return try await backend.release(found)
    }
}
