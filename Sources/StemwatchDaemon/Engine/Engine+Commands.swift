// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// A person's commands, from the command line.
extension Engine {
    /// Lets a job that waits, failed, was rejected or cancelled go on from where it was. Durable when it returns.
    func retry(_ id: JobID) async throws(Failure) -> Job {
        let job = try require(id)
        guard job.wait != nil || job.ending != nil else {
            throw Failure(.jobState, "job \(id) is \(job.state): there is nothing to retry", remedy: .reject)
        }
        let repay = job.problem?.code == .duplicateStemsMissing
        if repay { claims.lookAgain(id) }
        timers.resetAttempts(id)
        write([(id, .resumed(by: .person, anew: isToStartOver(job), repay: repay))])
        schedule(id)
        notice(id)
        try await answer()
        return try require(id)
    }

    /// A retry by a person must not end the same way: where nothing was paid, or only a person could decide, the
    /// backend begins anew.
    private func isToStartOver(_ job: Job) -> Bool {
        // Nothing is left of what was paid and then called off: to go on is to pay again.
        guard job.step > .queued || job.charge != nil, job.step < .delivered else { return false }
        guard case .deferred = job.wait else {
            let isFree = backend(of: job)?.traits.billing != .billed
            return job.step < .returning || isFree || job.remote == nil || job.problem?.code == .backendExpired
        }
        return false
    }

    /// Ends a job that is not delivered yet, or that failed. Durable when it returns; what runs is stopped, and what
    /// the backend has is cleared away, after that.
    func cancel(_ id: JobID) async throws(Failure) -> Job {
        let job = try require(id)
        guard job.canBeCalledOff else {
            throw Failure(.jobState, "job \(id) is \(job.state): there is nothing to cancel", remedy: .reject)
        }
        callOff(job, .person)
        try await answer()
        return try require(id)
    }

    /// Begins nothing new in `folder` (`nil`: anywhere), until ``resume(_:)``; across restarts.
    func pause(_ folder: FolderName?) async throws(Failure) {
        try check(folder)
        write([(nil, .paused(folder))])
        for job in book.active { schedule(job.id) }
        try await answer()
    }

    func resume(_ folder: FolderName?) async throws(Failure) {
        try check(folder)
        write([(nil, .unpaused(folder))])
        for job in book.active { schedule(job.id) }
        try await answer()
    }

    /// The account of a backend works, or has minutes: jobs that wait for that go on from where they were.
    /// - Parameter available: what may be spent there now; `nil`: not known. Jobs that wait for minutes go on while it
    ///   lasts.
    /// - Returns: how many jobs go on. Durable when it returns.
    func recheck(_ name: BackendName, available: AudioDuration?) async throws(Failure) -> Int {
        guard backends[name] != nil else {
            throw Failure(
                .backendUnknown, "the running daemon has no backend named \(Printable(name.rawValue))",
                hint: "name it under backends:, then: systemctl reload stemwatch", remedy: .reject)
        }
        if cooldowns[name]?.reason?.code == .backendUnauthorized { cooldowns.open(name) }
        var left = available
        let waiting = book.active.filter { $0.backend == name && isForAccount($0, &left) }.map(\.id)
        for id in waiting { timers.resetAttempts(id) }
        write(waiting.map { ($0, .resumed(by: .surroundings)) })
        for id in waiting { schedule(id) }
        try await answer()
        return waiting.count
    }

    /// Whether a job waits only for its backend's account, and the account has what it needs. That is taken from
    /// `left`.
    private func isForAccount(_ job: Job, _ left: inout AudioDuration?) -> Bool {
        switch job.waitingFor?.code {
        case .backendUnauthorized: return true
        case .minutesExhausted:
            guard let amount = job.facts?.duration, amount <= left ?? amount else { return false }
            // A limit of the configuration may be used up instead.
            let refusal = budgetRefusal(of: job, amount)
            if refusal == nil { left = left.map { $0 - amount } }
            return refusal == nil
        default: return false
        }
    }

    private func budgetRefusal(of job: Job, _ amount: AudioDuration) -> Failure? {
        guard job.reservation == nil else { return nil }
        return admission.budget.refusal(of: amount, folder: job.key.folder, meter: admission.meter, now: now())
    }

    private func require(_ id: JobID) throws(Failure) -> Job {
        if let job = book.job(id) { return job }
        throw Failure(.jobUnknown, "there is no job \(id)", hint: "stemwatch jobs lists them", remedy: .reject)
    }

    func check(_ folder: FolderName?) throws(Failure) {
        guard let folder, folders[folder] == nil else { return }
        throw Failure(
            .folderUnknown, "no folder is named \(Printable(folder.rawValue))",
            hint: "folders: " + folders.keys.map(\.rawValue).sorted().joined(separator: ", "), remedy: .reject)
    }

    /// Waits until the command is durable, but not for room on a full disk: it is in the ledger's queue, and written
    /// later.
    private func answer() async throws(Failure) {
        wakeup.wake()
        let patience: Duration = ledgerTrouble == nil ? .seconds(1) : .zero
        let outcome: Result<Void, Failure> = await withTaskGroup { [ledger, sequence = book.sequence] group in
            group.addTask { () -> Result<Void, Failure>? in
                do throws(Failure) { return .success(try await ledger.durable(through: sequence)) } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // Cancelled: the answer is there.
                try? await Task.sleep(for: patience)
                return nil
            }
            var outcome = await group.next() ?? nil
            // Cancelled, the ledger waits for a disk that works, and no longer for one that is full.
            group.cancelAll()
            while outcome == nil, let next = await group.next() { outcome = next }
            return outcome ?? .success(())
        }
        do throws(Failure) { try outcome.get() } catch  where error.code == .ledgerFull {
            throw Failure(
                .ledgerFull, "it is not done yet: \(error.message)",
                hint: "free some space: it is done then, unless the daemon is stopped before", remedy: error.remedy)
        }
    }
}
