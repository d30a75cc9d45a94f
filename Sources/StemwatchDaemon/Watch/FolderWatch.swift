// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization

/// Watches one folder and everything below it, and tells what happens there.
///
/// Events are hints and scans are the truth: the folder is scanned when it is first watched, after events were lost, each
/// `rescanInterval`, and when asked. Memory grows with the directories, never with the files; whoever is told too much too fast
/// is waited for.
final class FolderWatch: Sendable {
    let settings: WatchSettings
    private let pool: BlockingPool
    private let wakeup: Wakeup
    private let tree: Mutex<WatchedTree>
    private let lastStatus = Mutex(FolderWatchStatus())
    private let rescanWanted = Atomic<Bool>(false)

    convenience init(_ settings: WatchSettings) { self.init(settings, pool: .shared, queueBytes: 1 << 20) }

    /// - Parameters:
    ///   - queueBytes: the most that events take before they are read; what comes beyond is made up for by a scan.
    ///   - fileSystem: says what file system the folder is on.
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

    /// As of the last step; never waits for the file system.
    var status: FolderWatchStatus { lastStatus.withLock { $0 } }

    /// Asks for a scan now, or for another try if the folder is unavailable. From any thread; never waits.
    func rescan() {
        rescanWanted.store(true, ordering: .releasing)
        wakeup.wake()
    }

    /// Watches until its task is cancelled. One call at a time.
    /// - Parameter deliver: is handed events in order, at most about a thousand at a time, and is waited for.
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
            return locked { $0.stumble(error, now: .now) }
        }
    }

    private func locked(_ body: (inout WatchedTree) -> WatchedTree.Step) -> WatchedTree.Step {
        let (step, status) = tree.withLock { (body(&$0), $0.status) }
        lastStatus.withLock { $0 = status }
        return step
    }
}
