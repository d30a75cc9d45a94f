// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform

/// Decides. It owns the job book (the fold of the ledger), the budgets, the slots, and which jobs run.
///
/// Every method that checks and then changes does so without an `await` in between. A decision is written into the
/// ledger's queue and folded into the book at once. It is carried out, or a request for it answered, only after
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
    /// The items that runners work on.
    var runs: [JobID: WorkItem] = [:]
    /// Jobs whose separation was under way when the last daemon ended: it may be gone, which is no failed attempt.
    var cutOff: Set<JobID>
    /// Why the ledger cannot be written; nothing new begins while it is set.
    var ledgerTrouble: Failure?

    let log: Logger
    var jobLog = JobLog()
    let now: @Sendable () -> WallTime
    let startedAt: WallTime
    let wakeup = Wakeup()
    /// Changes that the writer of notes in output folders needs to know.
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

    /// Schedules every job: once before anything runs, and again after a new configuration.
    func start() {
        limitRates()
        write(folders.keys.filter { book.folders.watchedSince($0) == nil }.map { (nil, .watched($0)) })
        write(book.active.filter(hasWhatItWaitedFor).map { ($0.id, .resumed(by: .surroundings)) })
        for job in book.active { schedule(job.id) }
        wakeup.wake()
    }

    /// Takes a new configuration. Running work goes on by the old one, everything else by the new one.
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

    /// Whether a held job is to look again at a start. If it still waits for another job, it is held again.
    private func hasWhatItWaitedFor(_ job: Job) -> Bool {
        job.isHeld(for: .duplicateWaits) || (job.isHeld(for: .duplicateStemsMissing) && hasStemsByNow(job))
            || (job.isHeld(for: .folderUnknown) && folders[job.key.folder] != nil)
    }

    /// Whether the missing stems that a job was held for may be there now.
    private func hasStemsByNow(_ job: Job) -> Bool {
        guard let key = job.payKey, let earlier = book.paid(audio: key.audio, settings: key.settings) else {
            return false
        }
        return earlier != job.id && book.job(earlier)?.delivered != nil
    }

    /// Whether a new configuration may end a job's hold.
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
