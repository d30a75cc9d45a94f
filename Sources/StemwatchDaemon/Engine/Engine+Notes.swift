// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform

/// What people learn of a job: in the log, and in the notes beside the stems for those who see only the folder.
extension Engine {
    /// Something about a job changed that is of interest to people.
    func notice(_ id: JobID) {
        guard let job = book.job(id) else { return }
        jobLog.report(job, to: log)
        if let folder = folderWithNotes(of: job) { notices.yield(Notice(job: job, folder: folder)) }
    }

    /// Has the note of every current problem written, once, at the start: a crash may have prevented some.
    func recallProblems() {
        for job in book.jobs(in: Set(JobState.allCases.filter(\.needsAttention))) {
            guard let folder = folderWithNotes(of: job), book.job(at: job.key)?.id == job.id else { continue }
            notices.yield(Notice(job: job, folder: folder, isRecalled: true))
            folders[job.key.folder]?.staleNotes.append(job.id)
        }
    }

    func forgetNote(_ job: Job) {
        if let folder = folderWithNotes(of: job) { notices.yield(Notice(job: job, folder: folder, isSettled: true)) }
    }

    private func folderWithNotes(of job: Job) -> FolderConfiguration? {
        let folder = folders[job.key.folder]?.configuration
        return folder?.delivery.problemNotes == true ? folder : nil
    }
}

/// A job whose note in the output folder may need an update.
struct Notice: Sendable {
    let job: Job
    let folder: FolderConfiguration
    /// The file is gone: what was noted of it is of no use any more.
    var isSettled = false
    /// It comes from an earlier run: the file may have been taken away since.
    var isRecalled = false

    /// A step that failed this often is tried again in minutes at the earliest: a person may be waiting.
    private static let patience = 4

    /// What the note is about; `nil`: there is none. A step that is tried again within minutes needs no note.
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

/// The last log line of each job that is not over: each is logged once.
struct JobLog {
    private var lastReported: [JobID: String] = [:]

    mutating func report(_ job: Job, to log: Logger) {
        let isTriedAgain = if case .deferred = job.wait { job.ending == nil } else { false }
        let state = isTriedAgain ? "\(job.state), tried again by itself" : job.state
        let report = "\(state)\(job.problem.map { ": \($0.message)" } ?? "")"
        guard lastReported[job.id] != report else { return }
        lastReported[job.id] = job.isOver ? nil : report
        let level: Logger.Level =
            switch job.standing {
            case .rejected, .held: .warning
            case .failed: .error
            case .found, .delivered, .cancelled: .info
            case .queued, .submitting, .submitted, .separating, .returning, .released: isTriedAgain ? .warning : .debug
            }
        log.log(
            level: level, "\(report)",
            metadata: ["job": "\(job.id)", "folder": "\(job.key.folder)", "path": "\(Printable(job.key.path))"])
    }
}
