// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// Whether a queued job may begin: not twice for the same audio, not beyond a limit.
extension Engine {
    /// What a queued job is to do when its backend has a free slot; `nil` when it is to wait after all, which is
    /// recorded.
    func admit(_ job: Job) -> WorkKind? {
        guard let facts = job.facts, let key = job.payKey, let folder = folders[job.key.folder]?.configuration else {
            return nil
        }
        // Checked again: a stem may be found and examined in the moment before its own delivery is in the ledger.
        if let refusal = ownStem(job, facts) {
            end(job, .rejected(refusal))
            return nil
        }
        let candidate = AudioClaims.Candidate(
            job: job.id, key: key, sharesStems: folder.duplicates != .process, repayAllowed: mayRepay(job))
        switch claims.decide(candidate, paid: paid(key)) {
        case .separate: return submit(job, key, facts.duration, to: job.backend ?? folder.backend)
        case .wait(let owner):
            if book.job(owner)?.waitsForPerson == true { hold(job, undecided(owner)) }
        case .reuse(let earlier) where folder.duplicates == .skip: end(job, .rejected(skipped(earlier)))
        case .reuse:
            queues.enqueue(job.id, in: .finishing)
            wakeup.wake()
        case .askPerson(let earlier):
            if let earlier = book.job(earlier) { hold(job, undelivered(earlier, job, facts.duration)) }
        }
        return nil
    }

    private func submit(_ job: Job, _ key: PayKey, _ amount: AudioDuration, to backend: BackendName) -> WorkKind? {
        let request = Admission.Request(job: job.id, folder: job.key.folder, backend: backend, amount: amount)
        switch admission.decide(request, now: now(), tick: .now) {
        case .start(let spending):
            claims.claim(key, for: job.id)
            write([(job.id, .submitting(attempt: job.attempts + 1, reserved: spending.amount))])
            return .separate
        case .hold(let failure): hold(job, failure)
        case .waitForSlot: queues.enqueue(job.id, in: .backend(backend))
        case .waitForRate(let wait):
            cooldowns.limitRate(of: backend, until: now().advanced(by: wait))
            queues.enqueue(job.id, in: .backend(backend))
        }
        return nil
    }

    /// A job that goes on from where a restart or a wait left it: its minutes are set aside already.
    func readmit(_ job: Job, at backend: BackendName) -> WorkKind? {
        if admission.slots.take(backend, for: job.id) { return .separate }
        queues.enqueue(job.id, in: .backend(backend))
        return nil
    }

    /// Whether a job may be separated although its audio was paid for: that is free, or a person has allowed it.
    func mayRepay(_ job: Job) -> Bool {
        job.repayAllowed || job.backend.flatMap { backends[$0] }?.traits.billing != .billed
    }

    private func paid(_ key: PayKey) -> AudioClaims.Paid? {
        book.paid(audio: key.audio, settings: key.settings).flatMap { book.job($0) }.map {
            AudioClaims.Paid(job: $0.id, isDelivered: $0.delivered != nil)
        }
    }

    /// The stems that a queued job in the finishing queue is to get; `nil` puts it back to be separated.
    func reusableStems(for job: Job) -> ReusableStems? {
        guard let key = job.payKey, let earlier = book.paid(audio: key.audio, settings: key.settings),
            let stems = book.job(earlier)?.delivered
        else {
            schedule(job.id)
            return nil
        }
        // A delivery of the same audio for the same track serves this job as it is: the file was touched or retagged,
        // or its folder got another name. A folder that is still configured under the other name is another one, with
        // other tracks.
        let before = book.delivered(audio: key.audio, settings: key.settings) { earlier in
            earlier.path == job.key.path && (earlier.folder == job.key.folder || folders[earlier.folder] == nil)
        }
        return ReusableStems(
            job: earlier, stems: stems, ownBefore: before.flatMap { job in job.delivered.map { (job.id, $0) } })
    }

    /// The stems of an earlier, paid separation are gone. Where it may be done again it is; else a person decides.
    func stemsMissing(_ id: JobID, of earlier: JobID, _ failure: Failure) {
        guard let job = book.job(id) else { return }
        claims.stemsMissing(id, of: earlier)
        guard !mayRepay(job) else { return }
        hold(
            job,
            Failure(
                .duplicateStemsMissing, failure.message,
                hint: "put the stems back, or pay for them again with: stemwatch retry \(id)",
                remedy: .hold(until: .person)))
    }

    private func skipped(_ earlier: JobID) -> Failure {
        let place = book.job(earlier)?.delivered.map { Printable($0.output).description } ?? "job \(earlier)"
        return Failure(
            .duplicateSkipped, "the same audio was separated before: its stems are in \(place)",
            hint: "set duplicates: reuse to have them copied", remedy: .reject)
    }

    private func undelivered(_ earlier: Job, _ job: Job, _ duration: AudioDuration) -> Failure {
        let again = "pay for \(duration) again with: stemwatch retry \(job.id)"
        if earlier.hasStemsToFetch {
            return Failure(
                .duplicateStemsMissing, "job \(earlier.id) paid for the same audio, and its stems were not delivered",
                hint: "deliver those, paying nothing, with: stemwatch retry \(earlier.id); or \(again)",
                remedy: .hold(until: .person))
        }
        let paid = earlier.charge == nil ? "may have paid" : "paid"
        return Failure(
            .duplicateStemsMissing,
            "job \(earlier.id) \(paid) for the same audio, and there are no stems of it to be had any more",
            hint: again, remedy: .hold(until: .person))
    }

    private func undecided(_ owner: JobID) -> Failure {
        Failure(
            .duplicateWaits, "job \(owner) has the same audio, and waits for somebody to decide about it",
            hint: "stemwatch show \(owner) says what; it goes on with: stemwatch retry \(owner), and ends with: "
                + "stemwatch cancel \(owner)",
            remedy: .hold(until: .person))
    }
}
