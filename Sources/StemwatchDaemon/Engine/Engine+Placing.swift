// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Where a job waits: on a queue when it can go on, on a timer when it waits for a time, nowhere when only a person helps.
extension Engine {
    /// Puts a job where its state in the book says. Called after every event that may have changed that.
    func schedule(_ id: JobID) {
        ready.remove(id)
        timers.clear(id)
        guard runs[id] == nil, let job = book.job(id), !job.isOver else { return }
        claimAudio(of: job)
        guard folders[job.key.folder] != nil || job.isToBeCleared else { return holdForFolder(job) }
        switch job.wait {
        case nil: enqueue(job)
        case .deferred(_, _, let retryAt): timers.set(id, at: retryAt)
        case .held(let failure):
            // Stems that another job delivers meanwhile are its own too.
            if failure.code == .duplicateStemsMissing, let key = job.payKey, twins[key]?.contains(id) != true {
                twins[key, default: []].append(id)
            }
            switch failure.remedy {
            case .hold(until: .time(let at)): timers.set(id, at: at)
            case .hold(until: .person), .reject, .stop: break
            case .hold(until: .surroundings), .retry:
                timers.set(id, at: retryTime(attempt: attempts[id, default: 1]))
            }
        }
    }

    private func enqueue(_ job: Job) {
        // What is called off is cleared away in a paused folder too. The others are placed again when it goes on.
        if job.isToBeCleared { return ready.enqueue(job.id, in: .finishing) }
        guard !book.folders.isPaused(job.key.folder) else { return }
        if job.startsOver { return ready.enqueue(job.id, in: .finishing) }
        switch job.step {
        case .found: ready.enqueue(job.id, in: .intake)
        case .queued, .submitting, .submitted, .separating, .returning:
            ready.enqueue(job.id, in: .backend(job.backend ?? .builtin))
        case .delivered, .released: ready.enqueue(job.id, in: .finishing)
        }
    }

    /// What a restart finds on its way to its stems has its audio for itself, also while it waits or its folder is paused:
    /// the same audio under another name is not paid for beside it.
    private func claimAudio(of job: Job) {
        if isSeparating(job.id), let key = job.payKey, owners[key] == nil { owners[key] = job.id }
    }

    /// Lets the twins of a job look again: it is delivered, or no longer on its way to stems that they can share, or nobody
    /// but a person can help it on.
    func releaseAudio(of id: JobID) {
        guard let job = book.job(id), let key = job.payKey else { return }
        if owners[key] == id {
            if !isSeparating(id) { owners[key] = nil } else if !waitsForPerson(id) { return }
        } else if job.delivered == nil || owners[key] != nil {
            return
        }
        let waiting = twins.removeValue(forKey: key) ?? []
        let held = waiting.filter { isHeld($0, for: .duplicateWaits) || isHeld($0, for: .duplicateStemsMissing) }
        write(held.map { ($0, .resumed(by: "surroundings")) })
        for twin in waiting { schedule(twin) }
    }

    /// Whether the stems that a job was held for want of may be there now.
    func hasStemsByNow(_ job: Job) -> Bool {
        guard let key = job.payKey, let earlier = book.paid(audio: key.audio, settings: key.settings) else {
            return false
        }
        return earlier != job.id && book.job(earlier)?.delivered != nil
    }

    /// Whether a job goes on only when somebody decides about it, or about the configuration.
    func waitsForPerson(_ id: JobID) -> Bool {
        guard case .held(let failure) = book.job(id)?.wait else { return false }
        return failure.remedy == .hold(until: .person) || failure.code == .folderUnknown
    }

    func isHeld(_ id: JobID, for code: FailureCode) -> Bool {
        guard case .held(let failure) = book.job(id)?.wait else { return false }
        return failure.code == code
    }

    /// Whether a job stands between its submission and its delivery.
    private func isSeparating(_ id: JobID) -> Bool {
        guard let job = book.job(id), !job.isOver else { return false }
        return (JobStep.submitting...JobStep.returning).contains(job.step)
    }

    /// When the surroundings are asked again, having been asked in vain `attempt` times.
    func retryTime(attempt: Int) -> WallTime {
        let doubled = configuration.retry.first * (1 << min(20, max(0, attempt - 1)))
        return now().advanced(by: min(configuration.retry.ceiling, doubled))
    }

    /// Lifts the waits whose time has come.
    func fireDueTimers() {
        let due = timers.due(now: now())
        guard !due.isEmpty else { return }
        write(
            due.compactMap { id in
                switch book.job(id)?.wait {
                case .held(let failure):
                    (id, .resumed(by: failure.remedy == .hold(until: .surroundings) ? "surroundings" : "time"))
                case .deferred: (id, .resumed(by: "time"))
                case nil: nil
                }
            })
        for id in due { schedule(id) }
    }
}
