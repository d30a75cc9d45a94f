// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// One watched folder as a state machine. Each step looks at a little of the file system, and returns what it found and
/// when the next step is due. Blocks, so it runs on a thread of the pool; knows nothing about tasks.
///
/// Down: `watching` is `nil`, and the folder is tried again with backoff. Up: events are translated as they come, new
/// directories are scanned as they appear, and the whole folder is scanned by the `schedule`.
struct WatchedTree: ~Copyable {
    typealias Instant = ContinuousClock.Instant
    typealias FileSystemLook = @Sendable (FilePath) throws(Failure) -> FileSystemStatus

    struct Step: Sendable {
        var events: [FolderEvent]
        /// `nil`: there is more to do at once.
        var idleUntil: Instant?
    }

    /// The most events in one step, and the most directory entries looked at for them.
    static let eventsPerStep = 1024
    static let entriesPerStep = 4096

    let settings: WatchSettings
    private let queueBytes: Int
    private let fileSystem: FileSystemLook
    private let wake: @Sendable () -> Void

    var outbox: [FolderEvent] = []
    private(set) var status = FolderWatchStatus()
    private var root: WatchedRoot?
    var schedule: WatchSchedule
    private var backoff: WatchBackoff
    /// Why the folder is down, as it was last reported.
    private var lastReported: FailureCode?
    /// The limits that inotify failed on. When they change, it is tried again.
    private var failedLimits: InotifyLimits??

    var watches: WatchSet?
    var batch: InotifyBatch?
    var changes = ChangeSet()
    /// Directories that appeared.
    var fresh: DirectoryScanner
    /// The whole folder.
    var full: DirectoryScanner?
    var tally = ScanTally()

    /// - Parameters:
    ///   - queueBytes: the most that events may take before they are read.
    ///   - fileSystem: returns what file system the folder is on.
    ///   - wake: called from another thread when a step is worth while.
    init(
        _ settings: WatchSettings, queueBytes: Int, now: Instant, fileSystem: @escaping FileSystemLook,
        wake: @escaping @Sendable () -> Void
    ) {
        self.settings = settings
        self.queueBytes = queueBytes
        self.fileSystem = fileSystem
        self.wake = wake
        schedule = WatchSchedule(scanEvery: .zero, rootEvery: .zero, now: now)
        backoff = WatchBackoff(now: now)
        fresh = DirectoryScanner(root: settings.root, rules: settings.ignore)
    }

    /// - Parameter rescan: whether a scan is requested now, or another try if the folder is down.
    mutating func step(now: Instant, rescan: Bool) -> Step {
        if rescan {
            schedule.scanAtOnce(now: now)
            backoff.tryAtOnce(now: now)
        }
        var idle = false
        do throws(Failure) {
            if status.watching == nil, now >= backoff.next { try arm(now) }
            if status.watching != nil { idle = try work(now) }
        } catch {
            if error.code == .folderWatchLimit, status.watching == .inotify {
                poll(because: error, now)
            } else {
                lose(error, now)
            }
        }
        return finish(idle: idle)
    }

    /// The step could not begin, for want of threads.
    mutating func failed(_ failure: Failure, now: Instant) -> Step {
        lose(failure, now)
        return finish(idle: false)
    }

    /// Ends every watch.
    mutating func stop(now: Instant) {
        drop()
        status.watching = nil
        backoff = WatchBackoff(now: now)
        lastReported = nil
    }

    private mutating func finish(idle: Bool) -> Step {
        status.directories = watches?.table.count ?? 0
        let events = outbox
        outbox = []
        let next = status.watching == nil ? backoff.next : idle ? schedule.next : nil
        return Step(events: events, idleUntil: next)
    }

    // MARK: Up and down

    private mutating func arm(_ now: Instant) throws(Failure) {
        let found = try WatchedRoot.look(settings)
        if root?.isMountPoint == true, !found.isMountPoint {
            throw Failure(
                .folderMissing, "what was mounted at \(Printable(settings.root)) is not mounted any more",
                hint: "mount it; or start stemwatch anew to watch the directory below it",
                remedy: .hold(until: .surroundings))
        }
        root = found
        drop()
        failedLimits = nil
        switch settings.mode {
        case .poll: up(.polling(every: settings.pollInterval, reason: "the configuration says watch: poll"), now)
        case .inotify: try watch(now)
        case .auto:
            let fileSystem = try fileSystem(settings.root)
            if fileSystem.isRemote {
                let reason = "no events arrive from a file system of the kind \(fileSystem.kind)"
                up(.polling(every: settings.pollInterval, reason: reason), now)
            } else {
                try watch(now)
            }
        }
    }

    private mutating func watch(_ now: Instant) throws(Failure) {
        do throws(Failure) {
            let watches = WatchSet(inotify: try Inotify(bytes: queueBytes, wake: wake))
            _ = try watches.enter(settings.root.appending("."), nil, below: DirectoryTable.root)
            self.watches = watches
            up(.inotify, now)
        } catch {
            guard error.code == .folderWatchLimit else { throw error }
            poll(because: error, now)
        }
    }

    /// A limit of inotify is reached: this folder is polled until the limit changes.
    private mutating func poll(because failure: Failure, _ now: Instant) {
        drop()
        failedLimits = InotifyLimits.current()
        let reason = failure.hint.map { "\(failure.message); to raise it: \($0)" } ?? failure.message
        up(.polling(every: settings.pollInterval, reason: reason), now)
    }

    private mutating func up(_ watching: Watching, _ now: Instant) {
        status.watching = watching
        status.failure = nil
        lastReported = nil
        outbox.append(.available(settings.folder, watching))
        let scanEvery = watching == .inotify ? settings.rescanInterval : settings.pollInterval
        schedule = WatchSchedule(
            scanEvery: scanEvery, rootEvery: min(settings.pollInterval, settings.rescanInterval), now: now)
    }

    private mutating func lose(_ failure: Failure, _ now: Instant) {
        drop()
        status.watching = nil
        status.failure = failure
        backoff.failed(now: now)
        if lastReported != failure.code { outbox.append(.unavailable(settings.folder, failure)) }
        lastReported = failure.code
    }

    private mutating func drop() {
        watches = nil
        batch = nil
        changes = ChangeSet()
        fresh = DirectoryScanner(root: settings.root, rules: settings.ignore)
        full = nil
        tally = ScanTally()
    }

    // MARK: Work

    /// - Returns: whether nothing is left to do before the `schedule`'s next moment.
    private mutating func work(_ now: Instant) throws(Failure) -> Bool {
        if now >= schedule.nextRoot { try lookAtRoot(now) }
        if full == nil, now >= schedule.nextScan {
            try lookAtRoot(now)
            if let limits = failedLimits, limits != InotifyLimits.current() { try arm(now) }
            startScan(now)
        }
        var budget = Self.entriesPerStep
        while outbox.count + changes.count < Self.eventsPerStep, budget > 0 {
            if try readEvent(now) { continue }
            if !fresh.isIdle {
                try scanFresh(&budget)
            } else if full != nil {
                try scanFull(&budget, now)
            } else {
                return true
            }
        }
        try reportChanges(now)
        return false
    }

    /// - Throws: when the directory is no longer the one that is watched.
    mutating func lookAtRoot(_ now: Instant) throws(Failure) {
        let found = try WatchedRoot.look(settings)
        schedule.rootSeen(now: now)
        if found != root {
            throw Failure(
                .folderMissing, "another directory stands at \(Printable(settings.root)) now",
                remedy: .hold(until: .surroundings))
        }
    }

    mutating func overflowed(_ now: Instant) {
        status.overflows += 1
        outbox.append(.overflowed(settings.folder))
        schedule.scanAtOnce(now: now)
    }

    /// A scan was completed: the folder can be read.
    mutating func scanned(_ now: Instant) {
        schedule.scanEnded(now: now)
        backoff = WatchBackoff(now: now)
        status.scans += 1
        status.files = tally.files
        status.unread = tally.unread
    }
}
