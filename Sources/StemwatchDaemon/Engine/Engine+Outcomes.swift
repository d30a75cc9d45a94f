// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// What runners report, and what follows from it. Only here is a remedy acted upon.
extension Engine {
    func examined(_ id: JobID, _ examination: Examination) async throws(Failure) {
        guard let job = book.job(id), job.ending == nil, let folder = folders[job.key.folder]?.configuration else {
            return
        }
        switch examination {
        case .sound(let facts):
            if let refusal = ownStem(job, facts) {
                end(job, .rejected(refusal))
            } else {
                write([(id, .queued(facts: facts, backend: folder.backend, settings: settings(of: folder)))])
                attempts[id] = nil
            }
        case .incomplete(let failure):
            let deadline = job.foundAt.advanced(by: folder.settling.incompleteAfter)
            if now() < deadline {
                hold(
                    job,
                    Failure(failure.code, failure.message, hint: failure.hint, remedy: .hold(until: .time(deadline))))
            } else {
                end(job, .rejected(failure))
            }
        case .rejected(let failure): end(job, .rejected(failure))
        }
        try await ledger.durable(through: book.sequence)
    }

    /// Why a file that was made here is not separated; `nil` for any other.
    func ownStem(_ job: Job, _ facts: TrackFacts) -> Failure? {
        guard let origin = book.isOurStem(facts.bytesDigest) else { return nil }
        return Failure(
            .sourceIsStem, "\(Printable(job.key.path)) is a stem made here by job \(origin)",
            hint: "stems are never separated again", remedy: .reject)
    }

    /// Everything besides the audio that decides what the stems are.
    private func settings(of folder: FolderConfiguration) -> String {
        backends[folder.backend]?.traits.settings(for: folder.stems) ?? folder.backend.rawValue
    }

    /// A step did not succeed. Nothing that was paid is given up by it.
    /// - Parameter separationEnded: the backend has nothing (any more): the reservation goes back, and the next attempt
    ///   submits anew.
    func stepFailed(_ id: JobID, _ failure: Failure, separationEnded: Bool = false) {
        // What was called off meanwhile is cleared away next, whatever came of the step.
        guard let job = book.job(id), job.ending == nil, job.step < .released else { return }
        // A backend that finds this has had nothing separated: it is the end of that file's job, as when the watcher had told.
        // What was sent of it so far is cleared away.
        if failure.remedy == .reject, job.step <= .submitting {
            if failure.code == .sourceGone { return callOff(job, .sourceGone) }
            if failure.code == .sourceChanged { return callOff(job, .sourceChanged) }
        }
        var events: [(JobID?, LedgerEvent)] = []
        // Refused before anything was handed over: nothing of it is spent.
        let isUntouched = job.step == .submitting && job.checkpoint == nil && failure.remedy == .reject
        if separationEnded || isUntouched, job.step > .queued, job.step < .returning { events.append((id, .refunded)) }
        switch failure.remedy {
        case .retry: events.append((id, retry(job, failure)))
        case .hold: events.append((id, .held(failure)))
        case .reject: events.append((id, job.step <= .queued ? .rejected(failure) : .failed(failure)))
        case .stop:
            if let backend = job.backend { close(backend, failure) }
            events.append(
                (
                    id,
                    .held(
                        Failure(failure.code, failure.message, hint: failure.hint, remedy: .hold(until: .surroundings)))
                ))
        }
        attempts[id, default: 0] += 1
        write(events)
        notice(id)
    }

    /// The step is tried again later, or the job is given up.
    func retry(_ job: Job, _ failure: Failure) -> LedgerEvent {
        let time = now()
        let attempt = job.attempts + 1
        // The same stems would be found wanting again and again.
        if failure.code == .backendBadStems, attempt > 2 { return .failed(failure) }
        let decision = RetrySchedule(configuration.retry).next(
            after: failure, attempt: attempt, troubledSince: job.troubledSince ?? time, now: time, using: &random)
        return switch decision {
        case .again(let delay): .deferred(failure, attempt: attempt, retryAt: time.advanced(by: delay))
        case .giveUp(let failure): .failed(failure)
        }
    }

    /// Takes no submissions for a backend for a while: nobody's attempt would fare better.
    private func close(_ backend: BackendName, _ failure: Failure) {
        let failures = (cooldowns[backend]?.failures ?? 0) + 1
        cooldowns[backend] = Cooldown(closedUntil: retryTime(attempt: failures), reason: failure, failures: failures)
    }

    /// A step succeeded: its events are on disk when this returns.
    /// - Returns: the job as it stands now.
    func advanced(_ id: JobID, _ events: LedgerEvent...) async throws(Failure) -> Job {
        try await record(id, events)
        attempts[id] = nil
        guard let job = book.job(id) else {
            throw Failure(.jobUnknown, "job \(id) is not in the ledger", remedy: .stop)
        }
        if job.step == .submitted { admission.claims.settle(id, at: .now) }
        if let backend = job.backend, job.step >= .separating {
            cooldowns[backend] = nil
        }
        if job.step == .delivered {
            repeatable.remove(id)
            lookedInVain[id] = nil
        }
        notice(id)
        return job
    }

    /// Queues a job again, at once, whose free separation ended with the last daemon: no attempt of its own came to nothing.
    /// - Returns: false when this daemon has had it since.
    func queueAgainIfCutOff(_ id: JobID) -> Bool {
        guard cutOff.remove(id) != nil else { return false }
        write([(id, .refunded)])
        return true
    }

    /// What the backend has of a job is of no use any more: it is cleared away, and the job submitted anew.
    func startOver(_ id: JobID) { write([(id, .resumed(by: "surroundings", anew: true))]) }
}
