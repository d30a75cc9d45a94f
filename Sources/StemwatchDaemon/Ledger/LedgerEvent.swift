// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform
public import SystemPackage

/// One line of the ledger.
public struct LedgerEntry: Sendable, Equatable {
    /// One more than the line before; what group commit and readers count by.
    public var sequence: UInt64
    public var at: WallTime
    /// `nil` for what concerns no job.
    public var job: JobID?
    public var event: LedgerEvent
}

/// What happened to a job. The job book is the fold of these; nothing else decides what a job's next step is.
///
/// Written as one JSON object a line, keys as in `docs/ledger.md`. New fields are optional for ever; an event of a newer
/// version is kept as it is (``unknown(name:line:)``).
public enum LedgerEvent: Sendable, Equatable {
    /// A settled file that the book does not know. Opens the job.
    case found(key: FileKey, identity: FileIdentity)
    /// Intake proved it sound; it waits for its turn at `backend`.
    /// `settings` names everything besides the audio that decides what the stems are (backend kind, model, stem names).
    case queued(facts: TrackFacts, backend: BackendName, settings: String)
    /// It waits for something named. Changes no step: what lifts it lets the job go on from where it was.
    case held(Failure)
    /// A step failed and will be tried again at `retryAt`. Changes no step.
    case deferred(Failure, attempt: Int, retryAt: WallTime)
    /// A hold or a wait is over. A failed, rejected or cancelled job goes on from the step it had reached (a rejected one is
    /// examined anew), with its attempts counted anew: a paid step is never repeated by it. After a wait only a person's word
    /// counts the attempts anew.
    /// `anew`: what its backend has of it is of no use; `refunded` or `released` says when that is cleared away, and the job
    /// is queued again. `repay`: until it is delivered it may be paid for although its audio was, where those stems are not there.
    case resumed(by: ResumeReason, anew: Bool = false, repay: Bool = false)
    /// Decided to submit: `reserved` of audio is set aside from the budgets before anything leaves.
    case submitting(attempt: Int, reserved: AudioDuration)
    /// A step inside `submit`, saved before the next is taken.
    case checkpoint(Checkpoint)
    /// The backend has it, under its own handle.
    case submitted(RemoteJob)
    /// The backend works on it.
    case separating
    /// The backend is done and `charged` is spent: from here on nothing is ever paid again for this job.
    case returning(charged: AudioDuration)
    /// The stem folder is in the output folder, whole.
    case delivered(Delivered)
    /// The source was moved, deleted or left, as configured.
    case disposed(how: Disposal, to: FilePath?)
    /// Remote copies and local scratch are gone. The job is over; one that starts over is queued again. Of a job that ended
    /// early or starts over: what was set aside or charged is spent.
    case released
    /// Never separable as it is.
    case rejected(Failure)
    /// Given up; `hint` says what a person can do.
    case failed(Failure)
    /// Ended on purpose: by a person, or because the file changed or went away. What its backend has is cleared away after
    /// it, which `refunded` or `released` then says; what had gone further before it could be stopped is told all the same.
    case cancelled(Failure)
    /// What was set aside or charged is given back, and the backend has nothing of it (any more): unless it is delivered, the
    /// job is queued again, and its next attempt submits anew.
    case refunded
    /// A folder is watched for the first time: files that are older were there before. Concerns no job.
    case watched(FolderName)
    /// Nothing new is begun in a folder, or (`nil`) anywhere, until `unpaused`. Concerns no job.
    case paused(FolderName?)
    /// Ends a pause: that of one folder, or (`nil`) every one. Concerns no job.
    case unpaused(FolderName?)
    /// The whole state of a job in one line: what compaction leaves of its events.
    case snapshot(Job)
    /// An event that only a newer version knows, kept as its line's bytes.
    case unknown(name: String, line: [UInt8])
}

extension LedgerEvent {
    /// The same of this very job: a hint has its name where it says `JOB`, ready to be pasted.
    func naming(_ job: JobID) -> LedgerEvent {
        switch self {
        case .held(let failure): .held(failure.naming(job))
        case .deferred(let failure, let attempt, let retryAt):
            .deferred(failure.naming(job), attempt: attempt, retryAt: retryAt)
        case .rejected(let failure): .rejected(failure.naming(job))
        case .failed(let failure): .failed(failure.naming(job))
        case .cancelled(let failure): .cancelled(failure.naming(job))
        default: self
        }
    }
}

extension Failure {
    /// Whoever finds a failure says what to do about `JOB`; which one that is, is known where it is written down.
    func naming(_ job: JobID) -> Failure {
        guard let hint else { return self }
        let named = ["stemwatch retry", "stemwatch cancel"].reduce(hint) {
            $0.replacing("\($1) JOB", with: "\($1) \(job)")
        }
        return named == hint ? self : Failure(code, message, hint: named, remedy: remedy)
    }
}
