// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization

/// Watches one folder and everything below it, and reports what happens there.
///
/// Events are hints and scans are the truth: the folder is scanned when it is first watched, after events were lost,
/// each `rescanInterval`, and on request. Memory grows with the directories, never with the files: the watch waits for
/// a slow receiver of its reports.
final class FolderWatch: Sendable {
    let settings: WatchSettings
    private let pool: BlockingPool
    private let wakeup: Wakeup
    private let tree: Mutex<WatchedTree>
    private let lastStatus = Mutex(FolderWatchStatus())
    private let rescanWanted = Atomic<Bool>(false)

    convenience init(_ settings: WatchSettings) { self.init(settings, pool: .shared, queueBytes: 1 << 20) }

    /// - Parameters:
    ///   - queueBytes: the most that events take before they are read; a scan makes up for those beyond it.
    ///   - fileSystem: returns what file system the folder is on.
    init(
        _ settings: WatchSettings, pool: BlockingPool = .shared, queueBytes: Int,
        fileSystem: @escaping WatchedTree.FileSystemLook = FileSystemStatus.at
    ) {
        self.settings = settings
        self.pool = pool
        let wakeup = Wakeup()
        self.wakeup = wakeup
        tree = Mutex(
            WatchedTree(settings, queueBytes: queueBytes, now: .now, fileSystem: fileSystem) { wakeup.wake() })
    }

    /// The status as of the last step. Never waits for the file system.
    var status: FolderWatchStatus { lastStatus.withLock { $0 } }

    /// Asks for a scan now, or for another try if the folder is unavailable. From any thread; never waits.
    func rescan() {
        rescanWanted.store(true, ordering: .releasing)
        wakeup.wake()
    }

    /// Watches until its task is cancelled. One call at a time.
    /// - Parameter deliver: takes events in order, at most about a thousand at a time. The watch waits until it
    ///   returns.
    func run(_ deliver: @escaping @Sendable ([FolderEvent]) async -> Void) async {
        while !Task.isCancelled {
            let step = await step()
            if !step.events.isEmpty { await deliver(step.events) }
            if let idleUntil = step.idleUntil { await wakeup.wait(until: idleUntil) }
        }
        tree.withLock { $0.stop(now: .now) }
        lastStatus.withLock { $0 = FolderWatchStatus() }
    }

    private func step() async -> WatchedTree.Step {
        let rescan = rescanWanted.exchange(false, ordering: .acquiring)
        do throws(Failure) {
            return try await pool.run { () throws(Failure) in self.locked { $0.step(now: .now, rescan: rescan) } }
        } catch {
            return locked { $0.failed(error, now: .now) }
        }
    }

    private func locked(_ body: (inout WatchedTree) -> WatchedTree.Step) -> WatchedTree.Step {
        let (step, status) = tree.withLock { (body(&$0), $0.status) }
        lastStatus.withLock { $0 = status }
        return step
    }
}

/// How a watched folder is doing, for `status` and `doctor`.
struct FolderWatchStatus: Hashable, Sendable {
    /// `nil`: it is not watched, for the reason in `failure`, or not yet.
    var watching: Watching?
    var failure: Failure?
    /// Inotify watches held; 0 while polling.
    var directories = 0
    /// How often events were lost, and a scan made up for them.
    var overflows = 0
    /// Completed scans.
    var scans = 0
    /// Watched files that the last scan saw, and places it could not read.
    var files = 0
    var unread = 0
}
