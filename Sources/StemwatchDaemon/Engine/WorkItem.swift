// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// What a runner is to do next for one job, with all it needs for that.
struct WorkItem: Sendable {
    let job: Job
    let kind: WorkKind
    let queue: WorkQueue
    /// `nil`: the configuration no longer has it. Then only clearing away is left to do.
    let folder: FolderConfiguration?
    /// `nil`: the job has none yet, or the configuration no longer has it.
    let backend: (any Backend)?
    /// The ledger entry that must be on disk before anything is done.
    let after: UInt64
    /// Set when the job is called off while this runs.
    let calledOff = Wakeup()
    /// Shows what is being done.
    let progress = ProgressTracker()
}

enum WorkKind: Sendable {
    /// Read the file and report what it holds.
    case examine
    /// Carry it from submission (or wherever a crash left it) to delivery, and finish it.
    case separate
    /// Deliver what an earlier job's stems already are.
    case reuse(ReusableStems)
    /// Dispose of the source and clear up: the stems are delivered.
    case finish
    /// Clear away what the backend still has of a job that was called off, or that starts over.
    case clearAway
}

/// The stems of an earlier job, for another one with the same audio.
struct ReusableStems: Sendable {
    let job: JobID
    let stems: Delivered
    /// What was delivered for the same track: if it is still whole, it is left as it is.
    let ownBefore: (job: JobID, stems: Delivered)?
}

/// The outcome of the work. Its steps were reported one by one.
enum WorkOutcome: Sendable {
    case done
    case examined(Examination)
    /// A step did not succeed.
    case failed(Failure, leaving: Remains = .asBefore)
    /// The stems that were to be reused are gone.
    case stemsMissing(of: JobID, Failure)
    /// Nothing is left at the backend.
    case clearedAway(Cost)
    /// The task was cancelled: the job is where the ledger has it.
    case stopped

    /// What the backend has after a failure.
    enum Remains: Sendable {
        case asBefore
        /// Nothing (any more): what was set aside goes back, and the next attempt submits anew.
        case nothing
        /// It does not know the job any more.
        case unknown
        /// Only what is useless: it is cleared away, and the job submitted anew.
        case useless
    }
}

/// What a runner reports while it works, and asks before it spends.
protocol JobReporting: Sendable {
    /// A step succeeded: its event is on disk when this returns.
    /// - Returns: the job as it stands now.
    func report(_ event: LedgerEvent, of job: JobID) async throws(Failure) -> Job

    /// A job is on its way to a backend, which has the minutes for it.
    /// - Parameter allowance: what the backend has left, and when it was asked; `nil`: it is not asked again.
    /// - Throws: `minutes.exhausted` where what is left, less what others on their way will take, is not enough.
    func claim(
        _ amount: AudioDuration, for job: JobID, of backend: BackendName,
        from allowance: (Allowance, asked: ContinuousClock.Instant)?
    ) async throws(Failure)
}

extension Failure {
    static func noBackend(_ name: BackendName?) -> Failure {
        Failure(
            .backendUnknown, "the configuration has no backend named \(name?.rawValue ?? "?")",
            hint: "name it under backends: and reload", remedy: .hold(until: .surroundings))
    }
}
