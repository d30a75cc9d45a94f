// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What people learn of a job: in the log, and in the notes beside the stems for those who see only the folder.
extension Engine {
    /// Something about a job changed that is of interest to people.
    func notice(_ id: JobID) {
        guard let job = book.job(id) else { return }
        jobLog.report(job, to: log)
        if let folder = folderWithNotes(of: job) { notices.yield(Notice(job: job, folder: folder)) }
    }

    /// Has the notes of every problem that stands written: a crash may have kept some from it. Once, at the start.
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

/// What the notes in one output folder should say about one job.
struct Notice: Sendable {
    let job: Job
    let folder: FolderConfiguration
    /// The file is gone: what was noted of it is of no use any more.
    var isSettled = false
    /// It is no news: the file may have been taken away since.
    var isRecalled = false

    /// A step that failed this often is tried again in minutes at the earliest: a person may be waiting.
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
