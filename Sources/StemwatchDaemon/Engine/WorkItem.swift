// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What a runner is to do next for one job, decided by the engine.
struct WorkItem: Sendable {
    let job: Job
    let kind: WorkKind
    let queue: WorkQueue
    /// The ledger entry that must be on disk before anything is done.
    let after: UInt64
    /// Set when the job is called off while this runs.
    let calledOff: Wakeup
    /// Shows what is being done.
    let progress: ProgressTracker
}

enum WorkKind: Sendable, Equatable {
    /// Read the file and say what it holds.
    case examine
    /// Carry it from submission (or wherever a crash left it) to delivery, and finish it.
    case separate
    /// Deliver what an earlier job's stems already are.
    case reuse(from: JobID)
    /// Dispose of the source and clear up: the stems are delivered.
    case finish
    /// Clear away what the backend still has of a job that was called off, or that starts over.
    case clearAway
}

/// Why a job is ended on purpose.
enum CancelReason: Sendable, Equatable { case person, sourceChanged, sourceGone }
