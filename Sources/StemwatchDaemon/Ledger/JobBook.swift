// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Platform

/// Every job there ever was: the fold of the ledger. Decides nothing, does nothing; total, so that no line can stop it.
///
/// Jobs that are over are kept packed, some 300 bytes each. None is ever forgotten: a file that was delivered years ago is
/// still known, and its audio still paid for.
public struct JobBook: Sendable {
    /// A job's slot is the number of jobs found before it.
    private var places: [Place] = []
    private var live: [UInt32: Job] = [:]
    private var packed = PackedJobs()
    /// Slots of the jobs that are not over, ascending.
    private var activeSlots: [UInt32] = []
    private var byID = SlotIndex()
    private var byKey = SlotIndex()
    private var byAudio = SlotIndex()
    private var byStem = SlotIndex()
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

    private enum Place: Hashable, Sendable {
        case live
        case packed(PackedJobs.Place)
    }

    public init() {}

    // The fold

    public mutating func apply(_ entry: LedgerEntry) {
        sequence = max(sequence, entry.sequence)
        switch (entry.event, entry.job) {
        case (.unknown, _): unknown.append(entry)
        case (.watched(let folder), _): folders.watch(folder, at: entry.at)
        case (.paused(let folder), _): folders.pause(folder)
        case (.unpaused(let folder), _): folders.unpause(folder)
        case (.found(let key, let identity), let id?) where slot(of: id) == nil:
            insert(Job(id: id, key: key, identity: identity, foundAt: entry.at))
        case (.snapshot(let job), _):
            guard let slot = slot(of: job.id) else { return insert(job) }
            update(slot) { old in
                // A job does not move: only what became of it can be told anew.
                guard old.key == job.key else { return false }
                old = job
                return true
            }
        case (let event, let id?):
            if case .submitting = event { submittedAt = max(submittedAt ?? entry.at, entry.at) }
            guard let slot = slot(of: id) else { return misfits += 1 }
            update(slot) { $0.apply(event, at: entry.at) }
        case (_, nil): misfits += 1
        }
    }

    private mutating func insert(_ job: Job) {
        let slot = UInt32(places.count)
        byID.put(slot, job.id.hashValue)
        let hash = job.key.hashValue
        let earlier = job.key.path.withBytes { path in byKey.position(hash) { isTrack($0, job.key, path) } }
        byKey.put(slot, hash, at: earlier)
        places.append(.live)
        let facets = IndexKeys(job)
        count(slot, nil, facets, job)
        index(slot, nil, facets, job)
        keep(job, slot)
    }

    /// Puts a job where jobs like it stand: packed if it is over.
    private mutating func keep(_ job: Job, _ slot: UInt32) {
        guard job.isOver else { return live[slot] = job }
        places[Int(slot)] = .packed(packed.add(job))
        if packed.isWorthRepacking { repack() }
    }

    /// Changes a job where it stands; `change` says whether it did.
    private mutating func update(_ slot: UInt32, _ change: (inout Job) -> Bool) {
        if case .packed(let place) = places[Int(slot)] {
            var job = packed.job(at: place)
            let before = IndexKeys(job)
            guard change(&job) else { return misfits += 1 }
            packed.remove(place)
            places[Int(slot)] = .live
            let after = IndexKeys(job)
            count(slot, before, after, job)
            index(slot, before, after, job)
            keep(job, slot)
        } else if let position = live.index(forKey: slot) {
            // In place: a job is large, and most events change little of it.
            let (before, fits, after) = IndexKeys.around(&live.values[position], change)
            guard fits else { return misfits += 1 }
            count(slot, before, after, live.values[position])
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

    /// Brings the counts and sums up to date, and who is active.
    private mutating func count(_ slot: UInt32, _ before: IndexKeys?, _ after: IndexKeys, _ job: borrowing Job) {
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
        if before == nil || before?.isOver != after.isOver { arrange(slot, isOver: after.isOver) }
    }

    /// Makes a job found by its audio once it is paid for, and by its stems once they are there.
    private mutating func index(_ slot: UInt32, _ before: IndexKeys?, _ after: IndexKeys, _ job: borrowing Job) {
        if after.isPaid, before?.isPaid != true, let audio = job.facts?.audioDigest, let settings = job.settings {
            byAudio.put(slot, Self.hash(audio, settings))
        }
        if after.isDelivered, before?.isDelivered != true, let delivered = job.delivered {
            for stem in delivered.stems { byStem.put(slot, stem.digest.hashValue) }
        }
    }

    private mutating func arrange(_ slot: UInt32, isOver: Bool) {
        let position = activeSlots.partitioningIndex { $0 >= slot }
        let isActive = position < activeSlots.count && activeSlots[position] == slot
        if isOver, isActive { activeSlots.remove(at: position) }
        if !isOver, !isActive { activeSlots.insert(slot, at: position) }
    }

    private mutating func repack() {
        var fresh = packed.emptied()
        for (i, place) in places.enumerated() {
            if case .packed(let place) = place { places[i] = .packed(fresh.add(from: packed, place)) }
        }
        packed = fresh
    }

    // Looking up

    /// How many jobs there ever were.
    public var count: Int { places.count }

    public func job(_ id: JobID) -> Job? { slot(of: id).map(job(inSlot:)) }

    /// The latest job of a file.
    public func job(at key: FileKey) -> Job? { slot(at: key).map(job(inSlot:)) }

    /// The job that this very state of this file already has.
    ///
    /// The same name, size and modification time are the same state. Device and inode change when a share is mounted again,
    /// and ctime when a file is renamed or its permissions change; none of them makes it a new track. Only the latest job
    /// counts: a file that is put back as it once was is a new job, which its audio then shows to be paid for. And one that
    /// was called off because the file was gone, or had changed, is none when the file is back.
    public func knows(_ key: FileKey, _ identity: FileIdentity) -> JobID? {
        guard let slot = slot(at: key) else { return nil }
        let (id, known, ending) = head(of: slot)
        if case .cancelled(let failure) = ending, [.sourceGone, .sourceChanged].contains(failure.code) { return nil }
        return known.hasSameContent(as: identity) ? id : nil
    }

    /// A job whose stems can serve for the same audio with the same settings: the latest that was delivered, else the
    /// latest whose backend still has them, else the latest that was paid for.
    public func paid(audio: Digest256, settings: String) -> JobID? {
        var best: (rank: Int, slot: UInt32, id: JobID)?
        _ = byAudio.first(Self.hash(audio, settings)) { slot in
            let job = job(inSlot: slot)
            // Paid once is not paid for ever: it may have been given back since.
            guard job.isPaid, job.facts?.audioDigest == audio, job.settings == settings else { return false }
            let rank = job.delivered != nil ? 2 : job.hasStemsToFetch ? 1 : 0
            if let best, (best.rank, best.slot) > (rank, slot) { return false }
            best = (rank, slot, job.id)
            return false
        }
        return best?.id
    }

    /// The latest job that was delivered for the same audio with the same settings, of those whose file `isWanted`.
    public func delivered(audio: Digest256, settings: String, _ isWanted: (FileKey) -> Bool) -> Job? {
        var latest: (slot: UInt32, job: Job)?
        _ = byAudio.first(Self.hash(audio, settings)) { slot in
            let job = job(inSlot: slot)
            guard job.delivered != nil, job.facts?.audioDigest == audio, job.settings == settings, isWanted(job.key),
                latest.map({ $0.slot < slot }) ?? true
            else { return false }
            latest = (slot, job)
            return false
        }
        return latest?.job
    }

    /// The job that delivered a file of exactly these bytes.
    public func isOurStem(_ digest: Digest256) -> JobID? {
        let slot = byStem.first(digest.hashValue) { slot in
            job(inSlot: slot).delivered?.stems.contains { $0.digest == digest } ?? false
        }
        return slot.map(id(of:))
    }

    /// The jobs that still have something to do, in the order they were found.
    public var active: some Sequence<Job> { activeSlots.lazy.map { job(inSlot: $0) } }

    /// How many those are.
    public var activeCount: Int { activeSlots.count }

    /// The active ones, and the failed ones that can go on from what their backend has.
    public var unfinished: Set<JobID> {
        let failed = stateCounts[.failed, default: 0] > 0 ? jobs.filter { $0.standing == .failed && $0.hasRemains } : []
        return Set(active.map(\.id)).union(failed.map(\.id))
    }

    /// All jobs, in the order they were found; those that are over are unpacked one by one.
    public var jobs: some Sequence<Job> { places.indices.lazy.map { job(inSlot: UInt32($0)) } }

    /// How many jobs are in each state; states without one are missing.
    public var counts: [JobState: Int] { stateCounts.filter { $0.value > 0 } }

    /// What is set aside or spent, of `time` and later, in the order of the moments it counts from. Kept for 62 days.
    public func spendings(since time: WallTime) -> some Sequence<FolderSpending> { spendingLog.since(time) }

    private func job(inSlot slot: UInt32) -> Job {
        switch places[Int(slot)] {
        case .packed(let place): packed.job(at: place)
        case .live: live[slot]!
        }
    }

    private func id(of slot: UInt32) -> JobID {
        switch places[Int(slot)] {
        case .packed(let place):
            var reader = packed.reader(at: place)
            return reader.id()
        case .live: return live[slot]!.id
        }
    }

    private func head(of slot: UInt32) -> (id: JobID, identity: FileIdentity, ending: JobEnding?) {
        switch places[Int(slot)] {
        case .packed(let place):
            var reader = packed.reader(at: place)
            return reader.head()
        case .live: return (live[slot]!.id, live[slot]!.identity, live[slot]!.ending)
        }
    }

    private func slot(of id: JobID) -> UInt32? { byID.first(id.hashValue) { self.id(of: $0) == id } }

    private func slot(at key: FileKey) -> UInt32? {
        key.path.withBytes { path in byKey.first(key.hashValue) { isTrack($0, key, path) } }
    }

    /// Whether the job in a slot is of the track at `key`, whose path has these bytes.
    private func isTrack(_ slot: UInt32, _ key: FileKey, _ path: UnsafeRawBufferPointer) -> Bool {
        switch places[Int(slot)] {
        case .packed(let place):
            var reader = packed.reader(at: place)
            return reader.isAt(key, path)
        case .live: return live[slot]!.key == key
        }
    }

    private static func hash(_ audio: Digest256, _ settings: String) -> Int {
        var hasher = Hasher()
        hasher.combine(audio)
        hasher.combine(settings)
        return hasher.finalize()
    }
}
