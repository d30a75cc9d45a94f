// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Platform

/// Every job there ever was: the fold of the ledger. Decides nothing, does nothing; total, so that no line can stop it.
///
/// No job is ever forgotten: a file that was delivered years ago is still known, and its audio still paid for. The jobs
/// that are over are kept small (``FinishedJob``).
public struct JobBook: Sendable {
    /// A job's slot is the number of jobs found before it.
    private typealias Slot = UInt32
    /// By slot; `nil` for a job that is not over, which is in `live`.
    private var finished: [FinishedJob?] = []
    private var live: [Slot: Job] = [:]
    private var commons: [FinishedJob.Common: FinishedJob.Shared] = [:]
    private var byID: [JobID: Slot] = [:]
    /// The latest job of each file.
    private var byKey: [FileKey: Slot] = [:]
    /// By a hash of audio and settings, the first job that was paid for them; the others, which are few, are in `alsoByAudio`.
    private var byAudio: [Int: Slot] = [:]
    private var alsoByAudio: [Int: [Slot]] = [:]
    /// By a hash of a stem's bytes, the first job that delivered it. The job itself says whether it did.
    private var byStem: [Int: Slot] = [:]
    private var spendingLog = SpendingLog()
    private var stateCounts: [JobState: Int] = [:]
    /// What is known of folders rather than jobs.
    public private(set) var folders = FolderBook()

    /// Events that are not known, in their order; compaction keeps them.
    public private(set) var unknown: [LedgerEntry] = []
    /// Events that did not fit their job and were passed over.
    public private(set) var misfits = 0
    /// The highest sequence applied; the next entry's is one more.
    public private(set) var sequence: UInt64 = 0
    /// When a job was last handed to a backend, whatever came of it; `nil`: never. From the whole ledger only as exact as
    /// what compaction keeps: the last that was not given back.
    public var lastSubmission: WallTime? {
        [submittedAt, spendingLog.entries.last?.spending.at].compactMap(\.self).max()
    }
    private var submittedAt: WallTime?

    public init() {}

    // The fold

    public mutating func apply(_ entry: LedgerEntry) {
        sequence = max(sequence, entry.sequence)
        switch (entry.event, entry.job) {
        case (.unknown, _): unknown.append(entry)
        case (.watched(let folder), _): folders.watch(folder, at: entry.at)
        case (.paused(let folder), _): folders.pause(folder)
        case (.unpaused(let folder), _): folders.unpause(folder)
        case (.found(let key, let identity), let id?) where byID[id] == nil:
            insert(Job(id: id, key: key, identity: identity, foundAt: entry.at))
        case (.snapshot(let job), _):
            guard let slot = byID[job.id] else { return insert(job) }
            update(slot) { old in
                // A job does not move: only what became of it can be told anew.
                guard old.key == job.key else { return false }
                old = job
                return true
            }
        case (let event, let id?):
            if case .submitting = event { submittedAt = max(submittedAt ?? entry.at, entry.at) }
            guard let slot = byID[id] else { return misfits += 1 }
            update(slot) { $0.apply(event, at: entry.at) }
        case (_, nil): misfits += 1
        }
    }

    private mutating func insert(_ job: Job) {
        let slot = Slot(finished.count)
        byID[job.id] = slot
        byKey[job.key] = slot
        finished.append(nil)
        let keys = IndexKeys(job)
        count(nil, keys, job)
        index(slot, nil, keys, job)
        keep(job, slot)
    }

    /// Puts a job where jobs like it are kept.
    private mutating func keep(_ job: Job, _ slot: Slot) {
        if job.isOver {
            finished[Int(slot)] = FinishedJob(job, pool: &commons)
        } else {
            finished[Int(slot)] = nil
            live[slot] = job
        }
    }

    /// Changes a job; `change` returns whether it did.
    private mutating func update(_ slot: Slot, _ change: (inout Job) -> Bool) {
        if var job = finished[Int(slot)]?.job {
            let before = IndexKeys(job)
            guard change(&job) else { return misfits += 1 }
            let after = IndexKeys(job)
            count(before, after, job)
            index(slot, before, after, job)
            keep(job, slot)
        } else if let position = live.index(forKey: slot) {
            // In place: a job is large, and most events change little of it.
            let (before, fits, after) = IndexKeys.around(&live.values[position], change)
            guard fits else { return misfits += 1 }
            count(before, after, live.values[position])
            if after.isPaid != before.isPaid || after.isDelivered != before.isDelivered {
                index(slot, before, after, live.values[position])
            }
            if after.isOver { keep(live.remove(at: position).value, slot) }
        }
    }

    /// What the counts and indices of the book depend on.
    private struct IndexKeys {
        var standing: JobState
        var isOver: Bool
        var spending: FolderSpending?
        var writtenOff: [Spending]
        var isPaid: Bool
        var isDelivered: Bool

        init(_ job: borrowing Job) {
            standing = job.standing
            isOver = job.isOver
            let (id, folder) = (job.id, job.key.folder)
            spending = job.spending.map { FolderSpending(job: id, folder: folder, spending: $0) }
            writtenOff = job.writtenOff
            isPaid = job.isPaid
            isDelivered = job.delivered != nil
        }

        static func around(_ job: inout Job, _ change: (inout Job) -> Bool) -> (IndexKeys, Bool, IndexKeys) {
            let before = IndexKeys(job)
            let fits = change(&job)
            return (before, fits, IndexKeys(job))
        }
    }

    /// Brings the counts and sums up to date.
    private mutating func count(_ before: IndexKeys?, _ after: IndexKeys, _ job: borrowing Job) {
        if before?.standing != after.standing {
            if let before { stateCounts[before.standing, default: 0] -= 1 }
            stateCounts[after.standing, default: 0] += 1
        }
        if before?.spending != after.spending {
            if let spending = before?.spending { spendingLog.remove(spending) }
            if let spending = after.spending { spendingLog.add(spending) }
        }
        if before?.writtenOff ?? [] != after.writtenOff {
            let (id, folder) = (job.id, job.key.folder)
            func entry(_ spending: Spending) -> FolderSpending {
                FolderSpending(job: id, folder: folder, spending: spending)
            }
            for spending in before?.writtenOff ?? [] { spendingLog.remove(entry(spending)) }
            for spending in after.writtenOff { spendingLog.add(entry(spending)) }
        }
    }

    /// Makes a job found by its audio once it is paid for, and by its stems once they are there.
    private mutating func index(_ slot: Slot, _ before: IndexKeys?, _ after: IndexKeys, _ job: borrowing Job) {
        if after.isPaid, before?.isPaid != true, let audio = job.facts?.audioDigest, let settings = job.settings {
            let hash = Self.hash(audio, settings)
            if let first = byAudio[hash] {
                if first != slot { alsoByAudio[hash, default: []].append(slot) }
            } else {
                byAudio[hash] = slot
            }
        }
        if after.isDelivered, before?.isDelivered != true, let delivered = job.delivered {
            for stem in delivered.stems {
                let hash = Self.hash(stem.digest)
                if byStem[hash] == nil { byStem[hash] = slot }
            }
        }
    }

    // Looking up

    /// How many jobs there ever were.
    public var count: Int { finished.count }

    public func job(_ id: JobID) -> Job? { byID[id].map(job(inSlot:)) }

    /// The latest job of a file.
    public func job(at key: FileKey) -> Job? { byKey[key].map(job(inSlot:)) }

    /// The job that this very state of this file already has.
    ///
    /// The same name, size and modification time are the same state. Device and inode change when a share is mounted again,
    /// and ctime when a file is renamed or its permissions change; none of them makes it a new track. Only the latest job
    /// counts: a file that is put back as it once was is a new job, which its audio then shows to be paid for. And one that
    /// was called off because the file was gone, or had changed, is none when the file is back.
    public func knows(_ key: FileKey, _ identity: FileIdentity) -> JobID? {
        guard let slot = byKey[key] else { return nil }
        guard let finished = finished[Int(slot)] else {
            return live[slot].flatMap { !$0.endedWithItsFile && $0.identity.hasSameContent(as: identity) ? $0.id : nil }
        }
        guard !finished.common.value.endedWithItsFile else { return nil }
        return finished.identity.hasSameContent(as: identity) ? finished.id : nil
    }

    /// A job whose stems can serve for the same audio with the same settings: the latest that was delivered, else the
    /// latest whose backend still has them, else the latest that was paid for.
    public func paid(audio: Digest256, settings: String) -> JobID? {
        // Paid once is not paid for ever: it may have been given back since.
        let paid = jobs(audio: audio, settings: settings).filter { $0.job.isPaid }
        func rank(_ job: Job) -> Int { job.delivered != nil ? 2 : job.hasStemsToFetch ? 1 : 0 }
        return paid.max { (rank($0.job), $0.slot) < (rank($1.job), $1.slot) }?.job.id
    }

    /// The latest job that was delivered for the same audio with the same settings, of those whose file `isWanted`.
    public func delivered(audio: Digest256, settings: String, _ isWanted: (FileKey) -> Bool) -> Job? {
        jobs(audio: audio, settings: settings).filter { $0.job.delivered != nil && isWanted($0.job.key) }
            .max { $0.slot < $1.slot }?.job
    }

    /// The job that delivered a file of exactly these bytes.
    public func isOurStem(_ digest: Digest256) -> JobID? {
        guard let slot = byStem[Self.hash(digest)] else { return nil }
        let job = job(inSlot: slot)
        return job.delivered?.stems.contains { $0.digest == digest } == true ? job.id : nil
    }

    /// The jobs that still have something to do, in the order they were found.
    public var active: some Collection<Job> { live.keys.sorted().lazy.map { live[$0]! } }

    /// The active ones, and the failed ones that can go on from what their backend has.
    public var unfinished: Set<JobID> {
        Set(active.map(\.id)).union(jobs(in: [.failed]).filter(\.hasRemains).map(\.id))
    }

    /// All jobs, in the order they were found; those that are over are made whole one by one.
    public var jobs: some Sequence<Job> { finished.indices.lazy.map { job(inSlot: Slot($0)) } }

    /// The same of the jobs in some states; quick where there are few.
    func jobs(in states: Set<JobState>) -> [Job] {
        finished.indices.compactMap { i in
            guard let job = finished[i] else {
                return live[Slot(i)].flatMap { states.contains($0.standing) ? $0 : nil }
            }
            return states.contains(job.common.value.standing) ? job.job : nil
        }
    }

    /// How many jobs are in each state; states without one are missing.
    public var counts: [JobState: Int] { stateCounts.filter { $0.value > 0 } }

    /// What is set aside or spent, of `time` and later, in the order of the moments it counts from. Kept for 62 days.
    public func spendings(since time: WallTime) -> some Sequence<FolderSpending> { spendingLog.since(time) }

    private func job(inSlot slot: Slot) -> Job { finished[Int(slot)]?.job ?? live[slot]! }

    /// The jobs that were paid for with this audio and settings at some time.
    private func jobs(audio: Digest256, settings: String) -> [(slot: Slot, job: Job)] {
        let hash = Self.hash(audio, settings)
        return ((byAudio[hash].map { [$0] } ?? []) + alsoByAudio[hash, default: []])
            .map { (slot: $0, job: job(inSlot: $0)) }
            .filter { $0.job.facts?.audioDigest == audio && $0.job.settings == settings }
    }

    /// Of all bits: two digests with the same hash are as good as impossible, and looked at where it matters.
    private static func hash(_ digest: Digest256, _ settings: String = "") -> Int {
        var hasher = Hasher()
        hasher.combine(digest.words)
        hasher.combine(settings)
        return hasher.finalize()
    }
}
