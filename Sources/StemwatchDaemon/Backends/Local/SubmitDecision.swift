// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What to do when a job is submitted to a local backend, by what its work directory holds. Pure: the rules by which
/// nothing runs twice.
enum SubmitDecision: Equatable {
    /// Its work runs, or is done: there is nothing to start.
    case follow
    /// Start, from an empty directory.
    case begin
    case refuse(Failure)

    /// What is known of the job's work.
    enum Standing: Equatable {
        case absent
        case running
        /// Staged, and certainly never started.
        case prepared
        /// Ended well, with all its stems.
        case done
        /// It may have run, and how it ended is not known. With the failure for that.
        case cutOff(Failure)
        /// It ran, and gave no stems.
        case failed(Failure)
        /// It never ran: the kernel would not start it.
        case unstartable(Failure)
    }

    /// The checkpoint saved before a program is started.
    static let starting = "starting"

    /// Billed work that may have been started is started again only when its checkpoint is gone: a person's decision
    /// removes the checkpoint.
    static func decide(
        _ standing: Standing, checkpoint: Checkpoint?, billing: BackendTraits.Billing, lost: Failure
    ) -> SubmitDecision {
        let mayHaveStarted = billing == .billed && checkpoint?.step == starting
        switch standing {
        case .running, .done: return .follow
        case .prepared, .unstartable: return .begin
        case .absent: return mayHaveStarted ? .refuse(lost) : .begin
        case .cutOff(let failure), .failed(let failure): return mayHaveStarted ? .refuse(failure) : .begin
        }
    }
}
