// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform

/// The one that decides. It owns the job book (the fold of the ledger), the budgets, the slots, and which jobs run.
///
/// Every method that checks and then changes does so without an `await`. What it decides is written into the ledger's queue
/// and folded into the book in the same breath; nothing is done to the world, and no request is answered, before
/// `ledger.durable(through:)` returns: then it is on disk.
actor Engine {
    var book: JobBook
    let ledger: Ledger
    var configuration: Configuration
    var backends: [BackendName: any Backend]
    var folders: [FolderName: FolderRuntime]
    var admission: Admission
    var cooldowns = Cooldowns()
    var queues = JobQueues()
    var timers = RetryTimers()
    var claims = AudioClaims()
    /// What runners have in hand.
    var runs: [JobID: WorkItem] = [:]
    /// Jobs whose separation was under way when the last daemon ended: that it is gone is no failure of theirs.
    var cutOff: Set<JobID>
    /// Why nothing new is begun: the ledger cannot be written.
    var ledgerTrouble: Failure?

    let log: Logger
    var jobLog = JobLog()
    let now: @Sendable () -> WallTime
    let startedAt: WallTime
    let wakeup = Wakeup()
    /// What the notes in output folders should say, for their writer.
    let notices: AsyncStream<Notice>.Continuation
    let noticeStream: AsyncStream<Notice>
    var random = SystemRandomNumberGenerator()

    /// - Parameter book: the fold of everything `ledger` holds.
    init(
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
    func start() {
        limitRates()
        write(folders.keys.filter { book.folders.watchedSince($0) == nil }.map { (nil, .watched($0)) })
        write(book.active.filter(hasWhatItWaitedFor).map { ($0.id, .resumed(by: .surroundings)) })
        for job in book.active { schedule(job.id) }
        wakeup.wake()
    }

    /// Takes a new configuration: what runs goes on as it was begun, everything else by the new one.
    func reconfigure(_ configuration: Configuration, backends: [BackendName: any Backend]) {
        self.configuration = configuration
        self.backends = backends
        folders = Self.runtimes(configuration, after: folders)
        admission.budget = Budget(configuration)
        admission.slots.reconfigure(configuration.backends.mapValues(\.slots))
        cooldowns.openAll()
        claims.reset { runs[$0] != nil }
        write(book.active.filter(isWorthAnotherLook).map { ($0.id, .resumed(by: .configuration)) })
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

    /// Whether a held job is to look again at a start. One that waits for another is woken again by it.
    private func hasWhatItWaitedFor(_ job: Job) -> Bool {
        job.isHeld(for: .duplicateWaits) || (job.isHeld(for: .duplicateStemsMissing) && hasStemsByNow(job))
            || (job.isHeld(for: .folderUnknown) && folders[job.key.folder] != nil)
    }

    /// Whether the stems that a job was held for want of may be there now.
    private func hasStemsByNow(_ job: Job) -> Bool {
        guard let key = job.payKey, let earlier = book.paid(audio: key.audio, settings: key.settings) else {
            return false
        }
        return earlier != job.id && book.job(earlier)?.delivered != nil
    }

    /// Whether another configuration may be what a held job waits for.
    private func isWorthAnotherLook(_ job: Job) -> Bool {
        guard case .held(let failure) = job.wait, folders[job.key.folder] != nil else { return false }
        return failure.remedy == .hold(until: .surroundings) || failure.code == .minutesExhausted
            || failure.code == .minutesTrackTooLong
    }

    private static func runtimes(
        _ configuration: Configuration, after earlier: [FolderName: FolderRuntime] = [:]
    ) -> [FolderName: FolderRuntime] {
        Dictionary(
            uniqueKeysWithValues: configuration.folders.map { ($0.name, FolderRuntime($0, after: earlier[$0.name])) })
    }

    /// The ledger cannot be written (or, with `nil`, it can again).
    func ledgerTrouble(_ failure: Failure?) {
        ledgerTrouble = failure
        wakeup.wake()
    }
}
