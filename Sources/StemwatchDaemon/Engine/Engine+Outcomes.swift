// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// What runners report, and what follows from it. Only here is a remedy acted upon.
extension Engine: JobReporting {
    func report(_ event: LedgerEvent, of id: JobID) async throws(Failure) -> Job {
        try await ledger.durable(through: write([(id, event)]))
        guard let job = book.job(id) else {
            throw Failure(.jobUnknown, "job \(id) is not in the ledger", remedy: .stop)
        }
        // A step within the submission: the submission has not succeeded yet.
        if case .checkpoint = event { return job }
        timers.resetAttempts(id)
        if job.step == .submitted { admission.claims.settle(id, at: .now) }
        if let backend = job.backend, job.step >= .separating { cooldowns.open(backend) }
        notice(id)
        return job
    }

    func claim(
        _ amount: AudioDuration, for job: JobID, of backend: BackendName,
        from allowance: (Allowance, asked: ContinuousClock.Instant)?
    ) throws(Failure) {
        guard let (left, asked) = allowance else { return admission.claims.claim(amount, for: job, of: backend) }
        let short = admission.claim(amount, for: job, of: backend, allowance: left, asked: asked, now: now())
        if let short { throw short }
    }

    /// Draws the conclusion from what came of a work item.
    func conclude(_ item: WorkItem, _ outcome: WorkOutcome) {
        let id = item.job.id
        switch (outcome, item.kind) {
        case (.done, _), (.stopped, _): break
        case (.examined(let examination), _): examined(id, examination)
        case (.clearedAway(let cost), _): clearedAway(id, cost)
        case (.failed(let failure, _), .clearAway): cleanupFailed(id, failure)
        case (.failed(let failure, .asBefore), _): stepFailed(id, failure)
        case (.failed(let failure, .nothing), _): stepFailed(id, failure, separationEnded: true)
        case (.failed(let failure, .unknown), _):
            let isFree = item.backend?.traits.billing == .free
            // A free separation that ended with the last daemon does not count as a failed attempt.
            if isFree, cutOff.remove(id) != nil {
                write([(id, .refunded)])
            } else {
                stepFailed(id, failure, separationEnded: isFree)
            }
        case (.failed(let failure, .useless), _):
            if book.job(id)?.ending == nil { write([(id, .resumed(by: .surroundings, anew: true))]) }
            stepFailed(id, failure)
        case (.stemsMissing(let earlier, let failure), _): stemsMissing(id, of: earlier, failure)
        }
    }

    private func examined(_ id: JobID, _ examination: Examination) {
        guard let job = book.job(id), job.ending == nil, let folder = folders[job.key.folder]?.configuration else {
            return
        }
        switch examination {
        case .sound(let facts):
            if let refusal = ownStem(job, facts) { return end(job, .rejected(refusal)) }
            // Everything besides the audio that decides what the stems are.
            let settings = backends[folder.backend]?.traits.settings(for: folder.stems) ?? folder.backend.rawValue
            write([(id, .queued(facts: facts, backend: folder.backend, settings: settings))])
            timers.resetAttempts(id)
        case .incomplete(let failure):
            let deadline = job.foundAt.advanced(by: folder.settling.incompleteAfter)
            guard now() < deadline else { return end(job, .rejected(failure)) }
            hold(
                job,
                Failure(failure.code, failure.message, hint: failure.hint, remedy: .hold(until: .time(deadline))))
        case .rejected(let failure): end(job, .rejected(failure))
        }
    }

    /// Why a file that was made here is not separated; `nil` for any other.
    func ownStem(_ job: Job, _ facts: TrackFacts) -> Failure? {
        guard let origin = book.isOurStem(facts.bytesDigest) else { return nil }
        return Failure(
            .sourceIsStem, "\(Printable(job.key.path)) is a stem made here by job \(origin)",
            hint: "stems are never separated again", remedy: .reject)
    }

    /// A step did not succeed. Nothing that was paid is given up by it.
    /// - Parameter separationEnded: the backend has nothing (any more): the reservation goes back, and the next attempt
    ///   submits anew.
    func stepFailed(_ id: JobID, _ failure: Failure, separationEnded: Bool = false) {
        // A job that was called off meanwhile is cleared away next, whatever the step's outcome.
        guard let job = book.job(id), job.ending == nil, job.step < .released else { return }
        // The backend found the file gone or changed, so nothing was separated. The job ends as after a report of the
        // watch, and what was sent so far is cleared away.
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
            if let backend = job.backend { cooldowns.close(backend, for: failure, at: now(), retrySchedule) }
            let held = Failure(
                failure.code, failure.message, hint: failure.hint, remedy: .hold(until: .surroundings))
            events.append((id, .held(held)))
        }
        timers.countAttempt(id)
        write(events)
        notice(id)
    }

    /// The step is tried again later, or the job is given up.
    func retry(_ job: Job, _ failure: Failure) -> LedgerEvent {
        let time = now()
        let attempt = job.attempts + 1
        // The next attempts would give the same stems.
        if failure.code == .backendBadStems, attempt > 2 { return .failed(failure) }
        let decision = retrySchedule.next(
            after: failure, attempt: attempt, troubledSince: job.troubledSince ?? time, now: time, using: &random)
        return switch decision {
        case .again(let delay): .deferred(failure, attempt: attempt, retryAt: time.advanced(by: delay))
        case .giveUp(let failure): .failed(failure)
        }
    }
}
