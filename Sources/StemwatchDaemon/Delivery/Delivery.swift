// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Delivers the stems of one folder's tracks to `<output>/<relative dir>/<track name>/`, whole or not at all.
///
/// A delivery is put together below `<output>/.stemwatch`. One rename, which replaces nothing, makes it a track's
/// folder: then it is on disk. Every call may be repeated after a crash: a folder with this job's delivery is found by
/// its `stems.json`, and never made twice. Nothing is written through a link below the output folder.
///
/// Failures: `output.unwritable`, `output.full`, `output.name` hold until the surroundings change; `backend.bad_stems`
/// asks for the stems to be fetched anew; `system.io` is tried again.
struct Delivery: Sendable {
    let settings: DeliverySettings
    let output: OutputFolder
    let pool: BlockingPool
    /// Called after each step that survives a crash. The tests let a crash happen there.
    let after: @Sendable (DeliveryStep) throws(Failure) -> Void

    /// - Parameter watched: the watched folder; while it is missing the output folder is not made.
    init(_ settings: DeliverySettings, watched: FilePath? = nil, pool: BlockingPool = .shared) {
        self.init(settings, watched: watched, pool: pool) { _ in }
    }

    init(
        _ settings: DeliverySettings, watched: FilePath? = nil, pool: BlockingPool = .shared,
        after: @escaping @Sendable (DeliveryStep) throws(Failure) -> Void
    ) {
        self.settings = settings
        self.pool = pool
        self.after = after
        output = OutputFolder(settings, watched: watched)
    }

    /// Makes an empty directory for the backend's stems, in the output's own file system. Removes what an earlier
    /// attempt of the same job left there.
    func stage(_ job: JobID) async throws(Failure) -> FilePath {
        try await pool.run { () throws(Failure) in try Staging.make(for: job, in: output.open()) }
    }

    /// The delivery of `job`, if it is there already. After a crash, looking costs less than fetching again.
    func existing(_ job: JobID, of key: FileKey) async throws(Failure) -> Delivered? {
        try await pool.run { () throws(Failure) in try Publication.existing(job, of: key, in: output)?.delivered }
    }

    /// Checks the stems, brings them into the configured format, and makes them the track's folder.
    func deliver(_ order: DeliveryOrder, at now: WallTime) async throws(Failure) -> DeliveryReceipt {
        try await pool.run { (isCancelled) throws(Failure) in
            try Publication(order, output: output, now: now, after: after).run(isCancelled: isCancelled)
        }
    }

    /// Delivers the stems of `earlier` again, for a source with the same audio and settings. They are copied (sharing
    /// blocks where the file system can), never linked: an edit in one folder must not reach the other.
    ///
    /// Ignores `order.stems`. Throws `duplicate.stems_missing` when the earlier folder no longer holds the
    /// delivered files.
    func reuse(
        from earlier: Delivered, _ order: DeliveryOrder, at now: WallTime
    ) async throws(Failure) -> DeliveryReceipt {
        if let found = try await existing(order.job, of: order.key) {
            try await discard(order.job)
            return DeliveryReceipt(delivered: found, warnings: [])
        }
        var order = order
        let (stems, model) = try await pool.run { [job = order.job] () throws(Failure) in
            (
                try Reuse.copy(earlier, into: Staging.make(for: job, in: output.open())),
                try Reuse.model(of: earlier)
            )
        }
        order.stems = stems
        order.provenance.model = model ?? order.provenance.model
        return try await deliver(order, at: now)
    }

    /// Whether an earlier delivery of the same track is still whole, where one of `key` would be put now, in the format
    /// that is configured now. Reads every stem to its end.
    func stands(_ earlier: Delivered, for key: FileKey) async throws(Failure) -> Bool {
        try await pool.run { () throws(Failure) in try Publication.stands(earlier, for: key, in: output) }
    }

    /// Removes what was staged for a job that will not be delivered, if there is something.
    func discard(_ job: JobID) async throws(Failure) {
        try await pool.run { () throws(Failure) in
            if let output = try output.openExisting() { try Staging.remove(job, in: output) }
        }
    }

    /// Removes what a crash left: everything staged for jobs other than `jobs`. Returns how many entries that were.
    @discardableResult
    func sweep(keeping jobs: Set<JobID>) async throws(Failure) -> Int {
        try await pool.run { () throws(Failure) in
            guard let output = try output.openExisting() else { return 0 }
            return try Staging.sweep(output, keeping: jobs)
        }
    }
}

/// The steps of a delivery that survive a crash, in their order.
enum DeliveryStep: String, CaseIterable, Sendable {
    case checked, converted, described, synced, foldersMade, renamed, published, cleaned
}
