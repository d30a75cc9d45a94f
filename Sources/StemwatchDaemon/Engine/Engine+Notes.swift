// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform

/// What people are told of a job: in the log, and in the notes beside the stems for those who see only the folder.
extension Engine {
    /// Something about a job changed that somebody may want to know.
    func notice(_ id: JobID) {
        announce(id)
        guard let job = book.job(id), let folder = folders[job.key.folder]?.configuration, folder.delivery.problemNotes
        else { return }
        notices.yield(Notice(job: job, folder: folder))
    }

    private func announce(_ id: JobID) {
        guard let job = book.job(id) else { return }
        let isTriedAgain = if case .deferred = job.wait { job.ending == nil } else { false }
        let state = isTriedAgain ? "\(job.state), tried again by itself" : job.state
        let telling = "\(state)\(job.problem.map { ": \($0.message)" } ?? "")"
        guard lastReported[id] != telling else { return }
        lastReported[id] = job.isOver ? nil : telling
        let level: Logger.Level =
            switch job.standing {
            case .rejected, .held: .warning
            case .failed: .error
            case .found, .delivered, .cancelled: .info
            case .queued, .submitting, .submitted, .separating, .returning, .released: isTriedAgain ? .warning : .debug
            }
        log.log(
            level: level, "\(telling)",
            metadata: ["job": "\(id)", "folder": "\(job.key.folder)", "path": "\(Printable(job.key.path))"])
    }

    /// Tells of every problem that stands, for the notes that a crash kept from being written. Once, at the start.
    public func recallProblems() {
        let standing = [JobState.held, .rejected, .failed].map { book.counts[$0, default: 0] }
        guard standing.contains(where: { $0 > 0 }) else { return }
        for job in book.jobs where job.standing.needsAttention {
            guard let folder = folders[job.key.folder]?.configuration, folder.delivery.problemNotes,
                book.job(at: job.key)?.id == job.id
            else { continue }
            notices.yield(Notice(job: job, folder: folder, isRecalled: true))
            staleNotes[job.key.folder, default: []].append(job.id)
        }
    }

    func forgetNote(_ job: Job) {
        guard let folder = folders[job.key.folder]?.configuration, folder.delivery.problemNotes else { return }
        notices.yield(Notice(job: job, folder: folder, isSettled: true))
    }
}

/// What the notes in one output folder should say about one job.
struct Notice: Sendable {
    let job: Job
    let folder: FolderConfiguration
    /// The file is gone: whatever was noted of it is of no use to anybody.
    var isSettled = false
    /// It is no news: somebody may have taken the file away since.
    var isRecalled = false

    /// A step that failed this often is tried again in minutes at the earliest: somebody may be waiting.
    private static let patience = 4

    /// What a producer should read; `nil`: nothing. A step that is tried again by itself within minutes is no news.
    var problem: (ProblemNote.Kind, Failure)? {
        guard !isSettled, job.step < .delivered || job.ending != nil else { return nil }
        switch (job.ending, job.wait) {
        case (.rejected(let failure), _): return (.rejected, failure)
        case (.failed(let failure), _): return (.failed, failure)
        case (nil, .held(let failure)): return (.held, failure)
        case (nil, .deferred(let failure, let attempt, _)) where attempt >= Self.patience: return (.held, failure)
        default: return nil
        }
    }
}
