// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// Whether a queued job may begin: not twice for the same audio, not beyond a limit.
extension Engine {
    /// What a queued job is to do when its backend has a free slot.
    func admit(_ job: Job) -> WorkKind? {
        guard let facts = job.facts, let key = job.payKey, let folder = folders[job.key.folder]?.configuration else {
            return nil
        }
        // Asked again: a stem may be seen, and examined, in the moment before its own delivery is in the ledger.
        if let refusal = ownStem(job, facts) {
            end(job, .rejected(refusal))
            return nil
        }
        let backend = job.backend ?? folder.backend
        // First of all: the one on its way may be paid for already, and has nothing yet that could be shared.
        if folder.duplicates != .process, let owner = owners[key], owner != job.id {
            if twins[key]?.contains(job.id) != true { twins[key, default: []].append(job.id) }
            if waitsForPerson(owner) { hold(job, undecided(owner)) }
            return nil
        }
        if folder.duplicates != .process, let id = book.paid(audio: key.audio, settings: key.settings), id != job.id,
            let earlier = book.job(id)
        {
            let mayBeSeparated = backends[backend]?.traits.billing != .billed || repeatable.contains(job.id)
            // Stems that are there are taken also where it may be separated again: they cost nothing.
            if earlier.delivered != nil, !(mayBeSeparated && lookedInVain[job.id] == id) {
                return reuse(of: id, for: job, policy: folder.duplicates)
            }
            // It came to nothing after it was paid.
            if !mayBeSeparated {
                hold(job, undelivered(earlier, job, facts.duration))
                return nil
            }
        }
        let request = Admission.Request(job: job.id, folder: job.key.folder, backend: backend, amount: facts.duration)
        switch admission.decide(request, now: now(), tick: .now) {
        case .start(let spending):
            owners[key] = job.id
            write([(job.id, .submitting(attempt: job.attempts + 1, reserved: spending.amount))])
            return .separate
        case .hold(let failure): hold(job, failure)
        case .waitForSlot: ready.enqueue(job.id, in: .backend(backend))
        case .waitForRate(let wait):
            cooldowns[backend] = Cooldown(closedUntil: now().advanced(by: wait))
            ready.enqueue(job.id, in: .backend(backend))
        }
        return nil
    }

    /// A job is on its way to a backend that has told its balance.
    /// - Throws: `minutes.exhausted` where what is left, less what others on their way will take, is not enough.
    func claim(
        _ amount: AudioDuration, for job: JobID, of backend: BackendName, _ allowance: Allowance,
        asked: ContinuousClock.Instant
    ) throws(Failure) {
        let short = admission.claim(amount, for: job, of: backend, allowance: allowance, asked: asked, now: now())
        if let short { throw short }
    }

    /// A job goes on its way again, whose minutes were there when it began.
    func claim(_ amount: AudioDuration, for job: JobID, of backend: BackendName) {
        admission.claims.claim(amount, for: job, of: backend)
    }

    /// A job that goes on from where a restart or a wait left it: its minutes are set aside already.
    func readmit(_ job: Job, at backend: BackendName) -> WorkKind? {
        if admission.slots.take(backend, for: job.id) { return .separate }
        ready.enqueue(job.id, in: .backend(backend))
        return nil
    }

    /// The configuration has lost the backend a job was meant for.
    func holdForBackend(_ job: Job, _ backend: BackendName) {
        hold(
            job,
            Failure(
                .backendUnknown, "the configuration has no backend named \(backend)",
                hint: "name it under backends: and reload", remedy: .hold(until: .surroundings)))
    }

    /// The configuration has lost the folder a job is of. What waits for a person goes on waiting for that, also when the
    /// folder is back.
    func holdForFolder(_ job: Job) {
        guard !waitsForPerson(job.id) else { return }
        write([(job.id, .held(Self.noFolder(of: job)))])
        notice(job.id)
        releaseAudio(of: job.id)
    }

    private static func noFolder(of job: Job) -> Failure {
        Failure(
            .folderUnknown,
            "the configuration no longer has the folder \(job.key.folder) of \(Printable(job.key.path))",
            hint: "put the folder back and reload; or end the job with: stemwatch cancel \(job.id)",
            remedy: .hold(until: .surroundings))
    }

    private func reuse(of earlier: JobID, for job: Job, policy: DuplicatePolicy) -> WorkKind? {
        switch policy {
        case .skip:
            let place = book.job(earlier)?.delivered.map { Printable($0.output).description } ?? "job \(earlier)"
            end(
                job,
                .rejected(
                    Failure(
                        .duplicateSkipped, "the same audio was separated before: its stems are in \(place)",
                        hint: "set duplicates: reuse to have them copied", remedy: .reject)))
        case .reuse, .process:
            ready.enqueue(job.id, in: .finishing)
            wakeup.wake()
        }
        return nil
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

    /// The earlier job whose stems a queued job in the finishing queue is to get; `nil` puts it back to be separated.
    func reusable(_ job: Job) -> JobID? {
        if let key = job.payKey, let earlier = book.paid(audio: key.audio, settings: key.settings),
            book.job(earlier)?.delivered != nil
        {
            return earlier
        }
        schedule(job.id)
        return nil
    }

    /// What was delivered for the same audio of the very same track, before it was touched or retagged, or its folder got
    /// another name: its stems are this job's as they stand. A folder that is still configured under the other name is
    /// another one, and so are its tracks.
    func deliveredBefore(_ job: Job) -> Job? {
        guard let key = job.payKey else { return nil }
        return book.delivered(audio: key.audio, settings: key.settings) { earlier in
            earlier.path == job.key.path && (earlier.folder == job.key.folder || folders[earlier.folder] == nil)
        }
    }

    /// The stems of an earlier, paid separation are gone. Where separating is free it is done again, and so it is where a
    /// person has allowed it; else a person decides.
    func stemsMissing(_ id: JobID, of earlier: JobID, _ failure: Failure) {
        guard let job = book.job(id) else { return }
        lookedInVain[id] = earlier
        if let backend = job.backend, backends[backend]?.traits.billing == .billed, !repeatable.contains(id) {
            hold(
                job,
                Failure(
                    .duplicateStemsMissing, failure.message,
                    hint: "put the stems back, or pay for them again with: stemwatch retry \(id)",
                    remedy: .hold(until: .person)))
        }
    }

    /// Writes a hold, and sets the timer that lifts it. Writes nothing when the job is held for the same reason already.
    func hold(_ job: Job, _ failure: Failure) {
        attempts[job.id, default: 0] += 1
        if job.wait != .held(failure.naming(job.id)) { write([(job.id, .held(failure))]) }
        schedule(job.id)
        notice(job.id)
    }

    func end(_ job: Job, _ event: LedgerEvent) {
        write([(job.id, event)])
        schedule(job.id)
        notice(job.id)
    }
}
