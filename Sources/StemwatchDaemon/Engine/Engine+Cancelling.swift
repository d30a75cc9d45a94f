// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform

/// Ending jobs on purpose.
extension Engine {
    /// Ends a job. The ledger has that first. Then its work stops, and what its backend has is cleared away, if need be
    /// by the next daemon.
    func callOff(_ job: Job, _ reason: CancelReason) {
        guard job.canBeCalledOff else { return }
        // Nothing was handed over or is about to be, so there is nothing to clear away.
        let isUntouched = job.step == .submitting && job.checkpoint == nil && runs[job.id] == nil
        let refund: [(JobID?, LedgerEvent)] = isUntouched ? [(job.id, .refunded)] : []
        write(refund + [(job.id, .cancelled(failure(of: job, reason)))])
        runs[job.id]?.calledOff.wake()
        wakeDuplicates(of: job.id)
        schedule(job.id)
        notice(job.id)
        wakeup.wake()
    }

    /// The backend has nothing any more of a job that was called off or starts over.
    func clearedAway(_ id: JobID, _ cost: Cost) {
        // It may have been delivered before it could be stopped.
        guard let job = book.job(id), job.isToBeCleared || job.startsOver else { return }
        write([(id, cleared(job, cost))])
    }

    /// What the backend has of a job that was called off could not be cleared away. That is tried again, and given up
    /// in the end.
    func cleanupFailed(_ id: JobID, _ failure: Failure) {
        guard let job = book.job(id), job.isToBeCleared else { return stepFailed(id, failure) }
        var event = cleared(job, .possible)
        // No retry where a person must decide: a person has decided already, by calling the job off.
        if failure.remedy != .hold(until: .person), case let retry = retry(job, failure), case .deferred = retry {
            event = retry
        } else {
            log.warning(
                "what \(job.backend ?? .builtin) has of a cancelled job is left there: \(failure.message)",
                metadata: ["job": "\(job.id)", "code": "\(failure.code.rawValue)"])
        }
        write([(job.id, event)])
    }

    /// What a billing backend was given counts as spent, unless it certainly did no work for it.
    private func cleared(_ job: Job, _ cost: Cost) -> LedgerEvent {
        mayHaveCost(job) && (cost == .possible || job.charge != nil) ? .released : .refunded
    }

    private func mayHaveCost(_ job: Job) -> Bool {
        let wasGiven = job.remote != nil || job.checkpoint != nil || job.charge != nil
        return wasGiven && backend(of: job)?.traits.billing != .free
    }

    private func price(ofRetrying job: Job) -> String {
        guard mayHaveCost(job) else { return "" }
        let isTaken = job.remote != nil || job.charge != nil
        return " separates it, and \(isTaken ? "pays" : "may pay") again"
    }

    private func failure(of job: Job, _ reason: CancelReason) -> Failure {
        let name = Printable(job.key.path)
        return switch reason {
        case .person:
            Failure(
                .jobCancelled, "\(name) was cancelled by hand",
                hint: "stemwatch retry \(job.id)" + price(ofRetrying: job),
                remedy: .reject)
        case .sourceChanged:
            Failure(.sourceChanged, "\(name) changed; its new content is a job of its own", remedy: .reject)
        case .sourceGone: Failure(.sourceGone, "\(name) is no longer there", remedy: .reject)
        }
    }

    func backend(of job: Job) -> (any Backend)? { job.backend.flatMap { backends[$0] } }
}

/// Why a job is ended on purpose.
enum CancelReason: Sendable { case person, sourceChanged, sourceGone }
