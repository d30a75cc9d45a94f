// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Logging
public import Platform

/// The one that decides. It owns the job book (the fold of the ledger), the budgets, the slots, and who runs.
///
/// Every method that checks and then changes does so without an `await`. What it decides is written into the ledger's queue
/// and folded into the book in the same breath; nobody acts on the world, or answers anybody, before
/// `ledger.durable(through:)` says that it is on disk.
public actor Engine {
    var book: JobBook
    let ledger: Ledger
    var configuration: Configuration
    var backends: [BackendName: any Backend]
    var folders: [FolderName: FolderRuntime]
    var admission: Admission
    var cooldowns: [BackendName: Cooldown] = [:]

    var ready = JobQueues()
    var timers = RetryTimers()
    var runs: [JobID: Run] = [:]
    /// Jobs in hand in the queues that are no backend's.
    var used: [WorkQueue: Int] = [:]
    /// Whose separation of some audio is under way, and who waits to share it.
    var owners: [PayKey: JobID] = [:]
    var twins: [PayKey: [JobID]] = [:]
    /// Jobs a person allowed to be separated although their audio was paid for once, should its stems not be there.
    var repeatable: Set<JobID> = []
    /// Jobs that looked for the stems of an earlier one, which are gone.
    var lookedInVain: [JobID: JobID] = [:]
    /// Jobs whose separation was under way when the last daemon ended: that it is gone is no failure of theirs.
    var cutOff: Set<JobID>
    /// What the log said last of each job that is not over: it says a thing once.
    var lastReported: [JobID: String] = [:]
    /// Jobs whose notes stand from an earlier run: their files may have been taken away since. Until their folder's first scan.
    var staleNotes: [FolderName: [JobID]] = [:]
    /// How often a job's surroundings were asked in vain.
    var attempts: [JobID: Int] = [:]
    /// Why nothing new is begun: the ledger cannot be written.
    var ledgerTrouble: Failure?

    let log: Logger
    let now: @Sendable () -> WallTime
    let startedAt: WallTime
    let wakeup = Wakeup()
    /// What the notes in output folders should say, for the one who writes them.
    let notices: AsyncStream<Notice>.Continuation
    let noticeStream: AsyncStream<Notice>
    var random = SystemRandomNumberGenerator()

    /// A job that a runner has in hand.
    struct Run {
        let calledOff: Wakeup
        let progress: ProgressTracker
    }

    /// Why nothing is submitted to a backend before a moment.
    struct Cooldown {
        var closedUntil: WallTime
        /// `nil`: only the rate limit.
        var reason: Failure?
        var failures = 0
    }

    /// - Parameter book: the fold of everything `ledger` holds.
    public init(
        book: JobBook, ledger: Ledger, configuration: Configuration, backends: [BackendName: any Backend],
        calendar: CivilCalendar = .local, log: Logger,
        now: @escaping @Sendable () -> WallTime = { .now }
    ) {
        self.book = book
        self.ledger = ledger
        self.configuration = configuration
        self.backends = backends
        self.log = log
        self.now = now
        startedAt = now()
        cutOff = Set(book.active.filter { $0.step == .submitted || $0.step == .separating }.map(\.id))
        // Unbounded, but never more than one notice for each state a job passes: the ledger grows faster.
        (noticeStream, notices) = AsyncStream.makeStream()
        folders = Self.runtimes(configuration)
        admission = Admission(
            budget: Budget(configuration), meter: MinuteMeter(calendar: calendar), slots: Slots(configuration.backends))
        for known in book.spendings(since: .distantPast) { admission.meter.add(known.spending, folder: known.folder) }
    }

    /// Puts every job where it belongs: once before anything runs, and again by a new configuration.
    public func start() {
        limitRates()
        write(folders.keys.filter { book.folders.watchedSince($0) == nil }.map { (nil, .watched($0)) })
        write(book.active.filter(hasWhatItWaitedFor).map { ($0.id, .resumed(by: "surroundings")) })
        for job in book.active { schedule(job.id) }
        wakeup.wake()
    }

    /// Takes a new configuration: what runs goes on as it was begun, everything else by the new one.
    public func reconfigure(_ configuration: Configuration, backends: [BackendName: any Backend]) {
        let known = folders
        self.configuration = configuration
        self.backends = backends
        folders = Self.runtimes(configuration)
        for (name, runtime) in known where folders[name] != nil { folders[name]?.files = runtime.files }
        admission.budget = Budget(configuration)
        admission.slots.reconfigure(configuration.backends.mapValues(\.slots))
        cooldowns = [:]
        // Owners and twins by the new configuration: those that run, and what `begin` finds.
        owners = owners.filter { runs[$0.value] != nil }
        twins = [:]
        write(book.active.filter(isWorthAnotherLook).map { ($0.id, .resumed(by: "configuration")) })
        start()
    }

    /// A restart, or another limit, gives no backend more than its rate.
    private func limitRates() {
        let tick = ContinuousClock.now
        let last = book.lastSubmission.map { tick - max(.zero, now().since($0)) }
        for (name, backend) in configuration.backends {
            admission.limitRate(of: name, to: backend.rate, lastStart: last, now: tick)
        }
    }

    /// Whether a held job is to look again at a start. One that waits for another is told anew by it.
    private func hasWhatItWaitedFor(_ job: Job) -> Bool {
        isHeld(job.id, for: .duplicateWaits) || (isHeld(job.id, for: .duplicateStemsMissing) && hasStemsByNow(job))
            || (isHeld(job.id, for: .folderUnknown) && folders[job.key.folder] != nil)
    }

    /// Whether another configuration may be what a held job waits for.
    private func isWorthAnotherLook(_ job: Job) -> Bool {
        guard case .held(let failure) = job.wait, folders[job.key.folder] != nil else { return false }
        return failure.remedy == .hold(until: .surroundings) || failure.code == .minutesExhausted
            || failure.code == .minutesTrackTooLong
    }

    private static func runtimes(_ configuration: Configuration) -> [FolderName: FolderRuntime] {
        Dictionary(uniqueKeysWithValues: configuration.folders.map { ($0.name, FolderRuntime($0)) })
    }

    /// Puts events into the ledger's queue and folds them in: the one place where the book changes.
    /// - Returns: the sequence to await before acting on them.
    @discardableResult
    func write(_ events: [(JobID?, LedgerEvent)]) -> UInt64 {
        guard !events.isEmpty else { return book.sequence }
        let time = now()
        var sequence = book.sequence
        let entries = events.map { job, event in
            sequence += 1
            return LedgerEntry(sequence: sequence, at: time, job: job, event: job.map(event.naming) ?? event)
        }
        ledger.append(entries)
        for entry in entries {
            let before = entry.job.flatMap { book.job($0) }
            book.apply(entry)
            if let before, let after = book.job(before.id) { count(from: before, to: after) }
        }
        return sequence
    }

    /// Keeps the meter in step with the book. A reservation is counted by ``Admission`` when it grants it.
    private func count(from before: Job, to after: Job) {
        let folder = before.key.folder
        // Written off is spent: it stays counted where it was.
        guard before.writtenOff == after.writtenOff else { return }
        switch (before.reservation, after.reservation, before.charge, after.charge) {
        case (let reserved?, nil, nil, let charged?):
            admission.meter.settle(reserved: reserved, charged: charged, folder: folder)
        case (let reserved?, nil, _, _): admission.meter.remove(reserved, folder: folder)
        case (_, _, let charged?, nil): admission.meter.remove(charged, folder: folder)
        default: break
        }
    }

    /// Writes events of one job, and returns once they are on disk.
    func record(_ job: JobID, _ events: [LedgerEvent]) async throws(Failure) {
        let sequence = write(events.map { (job, $0) })
        try await ledger.durable(through: sequence)
    }

    /// Writes the ledger anew once it is much longer than what it says.
    func compactIfDue() async {
        let before = ledger.lines
        guard Compaction.isDue(lines: before, jobs: book.count) else { return }
        do throws(Failure) {
            // Taken in one breath: the copy holds what stands before the end, and nothing else.
            try await ledger.compact(book, before: ledger.mark, now: now())
            log.info("the ledger was compacted", metadata: ["lines": "\(before) → \(ledger.lines)"])
        } catch {
            log.warning("the ledger was not compacted: \(error.message)", metadata: ["code": "\(error.code.rawValue)"])
        }
    }

    /// The ledger says that it cannot be written (or, with `nil`, that it can again).
    public func ledgerTrouble(_ failure: Failure?) {
        ledgerTrouble = failure
        wakeup.wake()
    }
}
