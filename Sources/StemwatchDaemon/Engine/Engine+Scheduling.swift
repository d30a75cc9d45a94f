// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Where a job waits: in a queue when it can go on, on a timer when it waits for a time, nowhere when it waits for a
/// person.
extension Engine {
    var retrySchedule: RetrySchedule { RetrySchedule(configuration.retry) }

    /// Puts a job into the queue or timer for its state in the book. Called after every event that may change that.
    func schedule(_ id: JobID) {
        queues.remove(id)
        timers.clear(id)
        guard runs[id] == nil, let job = book.job(id), !job.isOver else { return }
        // This also applies while it waits or its folder is paused.
        if let key = job.payKey { claims.restore(key, for: id, job.audioStanding) }
        guard folders[job.key.folder] != nil || job.isToBeCleared else { return holdForFolder(job) }
        switch job.wait {
        case nil: enqueue(job)
        case .deferred(_, _, let retryAt): timers.set(id, at: retryAt)
        case .held(let failure):
            // It can use stems that another job delivers meanwhile.
            if failure.code == .duplicateStemsMissing, let key = job.payKey { claims.wait(id, for: key) }
            switch failure.remedy {
            case .hold(until: .time(let at)): timers.set(id, at: at)
            case .hold(until: .person), .reject, .stop: break
            case .hold(until: .surroundings), .retry: timers.setRetry(id, now: now(), retrySchedule)
            }
        }
    }

    private func enqueue(_ job: Job) {
        // What is called off is cleared away in a paused folder too. The others are scheduled again when it goes on.
        if job.isToBeCleared { return queues.enqueue(job.id, in: .finishing) }
        guard !book.folders.isPaused(job.key.folder) else { return }
        if job.startsOver { return queues.enqueue(job.id, in: .finishing) }
        switch job.step {
        case .found: queues.enqueue(job.id, in: .intake)
        case .queued, .submitting, .submitted, .separating, .returning:
            queues.enqueue(job.id, in: .backend(job.backend ?? .builtin))
        case .delivered, .released: queues.enqueue(job.id, in: .finishing)
        }
    }

    /// Has the duplicates of a job look again when it is delivered, no longer on its way to stems that they can share,
    /// or waits for a person.
    func wakeDuplicates(of id: JobID) {
        guard let job = book.job(id), let key = job.payKey else { return }
        let waiting = claims.update(id, key, to: job.audioStanding)
        let held = waiting.filter {
            guard let job = book.job($0) else { return false }
            return job.isHeld(for: .duplicateWaits) || job.isHeld(for: .duplicateStemsMissing)
        }
        write(held.map { ($0, .resumed(by: .surroundings)) })
        for duplicate in waiting { schedule(duplicate) }
    }

    /// The configuration no longer has the folder of a job. A job that waits for a person goes on waiting for that,
    /// also when the folder is back.
    private func holdForFolder(_ job: Job) {
        guard !job.waitsForPerson else { return }
        let failure = Failure(
            .folderUnknown,
            "the configuration no longer has the folder \(job.key.folder) of \(Printable(job.key.path))",
            hint: "put the folder back and reload; or end the job with: stemwatch cancel \(job.id)",
            remedy: .hold(until: .surroundings))
        write([(job.id, .held(failure))])
        notice(job.id)
        wakeDuplicates(of: job.id)
    }

    /// Lifts the waits whose time has come.
    func fireDueTimers() {
        let due = timers.due(now: now())
        guard !due.isEmpty else { return }
        write(
            due.compactMap { id in
                switch book.job(id)?.wait {
                case .held(let failure):
                    (id, .resumed(by: failure.remedy == .hold(until: .surroundings) ? .surroundings : .time))
                case .deferred: (id, .resumed(by: .time))
                case nil: nil
                }
            })
        for id in due { schedule(id) }
    }
}
