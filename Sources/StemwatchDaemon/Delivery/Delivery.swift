// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Brings the stems of one folder's tracks to where people find them: `<output>/<relative dir>/<track name>/`, whole or not
/// at all.
///
/// What is put together lies below `<output>/.stemwatch` until one rename, which replaces nothing, makes it a track's folder;
/// after that the delivery is on disk. Every call may be made again after a crash: a folder that holds this job's delivery
/// is found by its `stems.json` and never made twice. Nothing is written through a link below the output folder.
///
/// Failures: `output.unwritable`, `output.full`, `output.name` hold until the surroundings change; `backend.bad_stems` asks
/// for the stems to be fetched anew; `system.io` is tried again.
struct Delivery: Sendable {
    let settings: DeliverySettings
    let output: OutputFolder
    let pool: BlockingPool
    /// Called after each step that survives a crash: where the tests let one happen.
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

    /// A fresh, empty directory for what the backend brings, in the output's own file system. What an earlier attempt of
    /// the same job left there is removed.
    func stage(_ job: JobID) async throws(Failure) -> FilePath {
        try await pool.run { () throws(Failure) in try Staging.make(for: job, in: output.open()) }
    }

    /// The delivery of `job`, if it is there already: after a crash it costs less to look than to fetch again.
    func existing(_ job: JobID, of key: FileKey) async throws(Failure) -> Delivered? {
        try await pool.run { () throws(Failure) in try Publication.existing(job, of: key, in: output)?.delivered }
    }

    /// Checks the stems, brings them into the configured format, and makes them the track's folder.
    func deliver(_ order: DeliveryOrder, at now: WallTime) async throws(Failure) -> DeliveryReceipt {
        try await pool.run { (isCancelled) throws(Failure) in
            try Publication(order, output: output, now: now, after: after).run(isCancelled: isCancelled)
        }
    }

    /// Delivers the stems of `earlier` again, for a source with the same audio and settings. They are copied (sharing blocks
    /// where the file system can), never linked: an edit in one folder must not reach the other.
    ///
    /// `order.stems` is not looked at. Throws `duplicate.stems_missing` when the earlier folder no longer holds the very
    /// files that were delivered.
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

    /// Whether an earlier delivery of the same track stands, whole, where one of `key` would be put now, in the format that is
    /// configured now. Reads every stem to its end.
    func stands(_ earlier: Delivered, for key: FileKey) async throws(Failure) -> Bool {
        try await pool.run { () throws(Failure) in try Publication.stands(earlier, for: key, in: output) }
    }

    /// Removes what was staged for a job that will not be delivered. Nothing there is fine.
    func discard(_ job: JobID) async throws(Failure) {
        try await pool.run { () throws(Failure) in
            if let output = try output.openExisting() { try Staging.remove(job, in: output) }
        }
    }

    /// Removes what was staged for any other job than `jobs`: what a crash left. Returns how much that was.
    /// An output folder that is not there has nothing to sweep.
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
