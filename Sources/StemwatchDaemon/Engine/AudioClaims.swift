// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Which job separates which audio, and which jobs wait to share its stems: the same audio is not paid for twice.
///
/// Pure: it knows jobs by name only. Each method takes what the caller knows of a job, and returns what to do.
struct AudioClaims {
    /// The job that separates some audio, from its submission to its stems.
    private var claims: [PayKey: JobID] = [:]
    /// Jobs that look again once it is known whether another job's stems of their audio will be delivered.
    private var waitingDuplicates: [PayKey: [JobID]] = [:]
    /// Jobs that looked for the stems of an earlier one, which are gone.
    private var missingStems: [JobID: JobID] = [:]

    /// A job that is next to be separated.
    struct Candidate {
        let job: JobID
        let key: PayKey
        /// It takes the stems of another job with the same audio.
        var sharesStems = true
        /// It costs nothing to separate it, or a person allowed to pay again.
        var repayAllowed: Bool
    }

    /// The best job that paid for the audio.
    struct Paid {
        let job: JobID
        let isDelivered: Bool
    }

    enum Decision: Equatable {
        case separate
        /// Another job separates the audio: this one is woken when that has ended.
        case wait(for: JobID)
        /// Deliver the stems of an earlier job.
        case reuse(JobID)
        /// The earlier job has no stems, and only a person can allow to pay again.
        case askPerson(about: JobID)
    }

    /// Where a job stands with its audio.
    enum Standing {
        case separating
        /// Separating, but only a person can help it on.
        case undecided
        case delivered
        /// It is not on its way to stems that others can share.
        case idle
    }

    /// Decides what becomes of a job whose turn it is.
    mutating func decide(_ candidate: Candidate, paid: @autoclosure () -> Paid?) -> Decision {
        let job = candidate.job
        guard candidate.sharesStems else { return .separate }
        // This comes first: the job on its way may be paid for already, and has no stems yet to share.
        if let owner = claims[candidate.key], owner != job {
            wait(job, for: candidate.key)
            return .wait(for: owner)
        }
        guard let paid = paid(), paid.job != job else { return .separate }
        // Existing stems are taken even where it may be separated again: they cost nothing.
        if paid.isDelivered, !(candidate.repayAllowed && missingStems[job] == paid.job) { return .reuse(paid.job) }
        return candidate.repayAllowed ? .separate : .askPerson(about: paid.job)
    }

    /// A job is submitted: it has its audio for itself.
    mutating func claim(_ key: PayKey, for job: JobID) { claims[key] = job }

    /// A job may be on its way already, as a restart finds it: it has its audio for itself, unless another one has it.
    mutating func restore(_ key: PayKey, for job: JobID, _ standing: Standing) {
        guard standing == .separating || standing == .undecided, claims[key] == nil else { return }
        claims[key] = job
    }

    /// A job waits for stems that another one with its audio may deliver.
    mutating func wait(_ job: JobID, for key: PayKey) {
        if waitingDuplicates[key]?.contains(job) != true { waitingDuplicates[key, default: []].append(job) }
    }

    /// A job came further, or to an end.
    /// - Returns: the jobs that are to look again.
    mutating func update(_ job: JobID, _ key: PayKey, to standing: Standing) -> [JobID] {
        if standing == .delivered { missingStems[job] = nil }
        switch (claims[key], standing) {
        case (job, .separating): return []
        // The jobs that wait now wait for a person.
        case (job, .undecided): break
        case (job, _): claims[key] = nil
        case (nil, .delivered): break
        default: return []
        }
        return waitingDuplicates.removeValue(forKey: key) ?? []
    }

    /// The stems of the earlier job are gone.
    mutating func stemsMissing(_ job: JobID, of earlier: JobID) { missingStems[job] = earlier }

    /// The stems may have been put back: a job looks for them once more.
    mutating func lookAgain(_ job: JobID) { missingStems[job] = nil }

    /// Keeps the claims of jobs that run. Scheduling finds the others anew, with the jobs that wait for them.
    mutating func reset(keeping isRunning: (JobID) -> Bool) {
        claims = claims.filter { isRunning($0.value) }
        waitingDuplicates = [:]
    }

    /// The job whose stems a waiting one is to share; `nil`: it does not wait for any.
    func owner(for job: JobID, _ key: PayKey) -> JobID? {
        waitingDuplicates[key]?.contains(job) == true ? claims[key] : nil
    }
}

extension Job {
    var audioStanding: AudioClaims.Standing {
        if delivered != nil { return .delivered }
        guard !isOver, (JobStep.submitting...JobStep.returning).contains(step) else { return .idle }
        return waitsForPerson ? .undecided : .separating
    }

    /// It goes on only when a person decides about it, or about the configuration.
    var waitsForPerson: Bool {
        guard case .held(let failure) = wait else { return false }
        return failure.remedy == .hold(until: .person) || failure.code == .folderUnknown
    }

    func isHeld(for code: FailureCode) -> Bool {
        guard case .held(let failure) = wait else { return false }
        return failure.code == code
    }
}
