// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform
import Settings
import SystemPackage

/// The daemon, its folders and backends, and what it works on; without a daemon, what the configuration and the ledger
/// hold.
package struct StatusReport: Codable, Sendable {
    package let daemon: String
    package private(set) var version: String?
    package private(set) var pid: Int?
    package private(set) var startedAt: String?
    /// How many jobs are in each state.
    package let jobs: [String: Int]
    package let folders: [Folder]
    /// How many files settling has.
    package private(set) var settling: Int?
    /// Why nothing new is begun; `null` in a running daemon that has no trouble.
    private(set) var trouble: Nullable<FailureReport>?
    package private(set) var backends: [Backend]?
    package private(set) var running: [Run]?

    package var ledgerTrouble: FailureReport? { trouble?.wrappedValue }

    enum CodingKeys: String, CodingKey {
        case daemon, version, pid, jobs, folders, settling, trouble, backends, running
        case startedAt = "started_at"
    }

    init(_ snapshot: EngineSnapshot, settling: Int?) {
        let (book, configuration) = (snapshot.book, snapshot.configuration)
        jobs = Dictionary(uniqueKeysWithValues: book.counts.map { ($0.key.rawValue, $0.value) })
        folders = configuration.folders.map {
            Folder($0, runtime: snapshot.daemon?.folders[$0.name], isPaused: book.folders.isPaused($0.name))
        }
        guard let daemon = snapshot.daemon else {
            self.daemon = "not running"
            return
        }
        self.daemon = "running"
        version = ProgramVersion.text
        pid = Int(ThisProcess.identifier)
        startedAt = daemon.startedAt.rfc3339
        self.settling = settling
        trouble = Nullable(wrappedValue: daemon.ledgerTrouble.map { FailureReport($0) })
        backends = configuration.backends.keys.sorted { $0.rawValue < $1.rawValue }.map {
            Backend(
                $0, snapshot.admission.slots,
                daemon.cooldowns.isOpen($0, at: snapshot.now) ? nil : daemon.cooldowns[$0])
        }
        running = daemon.runs.keys.sorted().compactMap { id in
            book.job(id).map { Run($0, daemon.runs[id] ?? nil) }
        }
    }

    /// One watched folder.
    package struct Folder: Codable, Sendable {
        package let name, path, output, backend: String
        package let paused: Bool
        package private(set) var trouble: FailureReport?
        /// Why what below it cannot be read.
        package private(set) var unreadable: [String]?
        /// How often events were lost because too much happened at once.
        private(set) var overflows: Int?
        /// Files found by its last complete scan.
        package private(set) var files: Int?
        /// `inotify` or `polling`.
        package private(set) var watching: String?
        /// Why it is polled.
        package private(set) var reason: String?

        init(_ folder: FolderConfiguration, runtime: FolderRuntime?, isPaused: Bool) {
            name = folder.name.rawValue
            path = Printable(folder.watch.root).description
            output = Printable(folder.delivery.output).description
            backend = folder.backend.rawValue
            paused = isPaused
            guard let runtime else { return }
            trouble = runtime.trouble.map { FailureReport($0) }
            let unread = runtime.unreadable.sorted { $0.key.string < $1.key.string }.map(\.value.message)
            if !unread.isEmpty { unreadable = unread }
            if runtime.overflows > 0 { overflows = runtime.overflows }
            files = runtime.files
            switch runtime.watching {
            case .inotify: watching = "inotify"
            case .polling(_, let reason): (watching, self.reason) = ("polling", reason)
            case nil: break
            }
        }
    }

    package struct Backend: Codable, Sendable {
        package let name: String
        package let slots, busy: Int
        /// When it is tried again.
        package private(set) var closedUntil: String?
        package private(set) var trouble: FailureReport?

        enum CodingKeys: String, CodingKey {
            case name, slots, busy, trouble
            case closedUntil = "closed_until"
        }

        init(_ name: BackendName, _ slots: Slots, _ cooldown: Cooldowns.Cooldown?) {
            self.name = name.rawValue
            (self.slots, busy) = (slots.limit(name), slots.used(name))
            closedUntil = cooldown?.closedUntil.rfc3339
            trouble = cooldown?.reason.map { FailureReport($0) }
        }
    }

    /// A job in hand.
    package struct Run: Codable, Sendable {
        package let job, folder, path, state: String
        /// `uploading`, `separating` or `downloading`.
        @Nullable package var activity: String?
        /// 0…1 of it.
        @Nullable package var progress: Double?

        init(_ job: Job, _ activity: Activity?) {
            self.job = job.id.rawValue
            folder = job.key.folder.rawValue
            path = Printable(job.key.path).description
            state = job.state
            (self.activity, progress) = (activity?.kind.rawValue, activity?.fraction)
        }
    }
}
