// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform
import Synchronization

/// Watches the folders of one configuration. Their reports go to the engine, and what it does not know goes to
/// settling.
final class FolderWatchers: Sendable {
    private let engine: Engine
    private let settling: SettlingMonitor
    private let log: Logger
    private let watches = Mutex<[FolderName: FolderWatch]>([:])

    init(engine: Engine, settling: SettlingMonitor, log: Logger) {
        self.engine = engine
        self.settling = settling
        self.log = log
    }

    /// Runs until cancelled.
    /// - Parameter ready: called once, when every folder was scanned or reported why it cannot be.
    func run(_ folders: [FolderConfiguration], ready: @escaping @Sendable () -> Void) async {
        let watches = Dictionary(uniqueKeysWithValues: folders.map { ($0.name, FolderWatch($0.watch)) })
        self.watches.withLock { $0 = watches }
        let tracker = ReadyTracker(Set(watches.keys), whenAllReady: ready)
        await withDiscardingTaskGroup { group in
            for watch in watches.values {
                group.addTask {
                    await watch.run { events in
                        await self.settling.observe(await self.engine.filterKnown(events))
                        self.announce(events)
                        tracker.note(events)
                    }
                }
            }
            if watches.isEmpty { ready() }
        }
    }

    /// Requests a scan of one folder, or of all (`nil`), now.
    func rescan(_ folder: FolderName?) {
        for (name, watch) in watches.withLock({ $0 }) where folder == nil || folder == name { watch.rescan() }
    }

    private func announce(_ events: [FolderEvent]) {
        for event in events {
            switch event {
            case .unavailable(let folder, let failure):
                log.error(
                    "\(failure.message)",
                    metadata: [
                        "folder": "\(folder)", "code": "\(failure.code.rawValue)", "hint": "\(failure.hint ?? "")",
                    ])
            case .available(let folder, .inotify): log.info("watching", metadata: ["folder": "\(folder)"])
            case .available(let folder, .polling(let interval, let reason)):
                log.warning("polling every \(interval.spoken): \(reason)", metadata: ["folder": "\(folder)"])
            case .unreadable(let folder, let path, let failure):
                log.error(
                    "\(failure.message)",
                    metadata: ["folder": "\(folder)", "path": "\(Printable(path))", "code": "\(failure.code.rawValue)"])
            case .overflowed(let folder):
                log.notice(
                    "more happened at once than the kernel's queue holds: scanning", metadata: ["folder": "\(folder)"])
            case .seen, .vanished, .scanned, .partlyScanned: break
            }
        }
    }
}

/// The folders that have reported neither a scan nor a failure yet.
private final class ReadyTracker: Sendable {
    private let missing: Mutex<Set<FolderName>>
    private let whenAllReady: @Sendable () -> Void

    init(_ folders: Set<FolderName>, whenAllReady: @escaping @Sendable () -> Void) {
        missing = Mutex(folders)
        self.whenAllReady = whenAllReady
    }

    func note(_ events: [FolderEvent]) {
        let ready = events.compactMap { event in
            switch event {
            case .scanned(let folder, _), .partlyScanned(let folder, _, _), .unavailable(let folder, _): folder
            default: nil
            }
        }
        guard !ready.isEmpty else { return }
        let isLast = missing.withLock { missing in
            guard !missing.isEmpty else { return false }
            missing.subtract(ready)
            return missing.isEmpty
        }
        if isLast { whenAllReady() }
    }
}
