// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// What the watched folders report, and what it means for the book.
extension Engine {
    /// Notes what folders report.
    /// - Returns: what settling should learn: everything but the files that the book knows as they are.
    func filterKnown(_ events: [FolderEvent]) async -> [FolderEvent] {
        var passed: [FolderEvent] = []
        var missing: [JobID] = []
        for event in events {
            switch event {
            case .seen(let key, let identity, _):
                if book.knows(key, identity) != nil { continue }
            case .vanished(let key):
                if let job = book.job(at: key) { missing.append(job.id) }
            case .scanned(let name, let files):
                folders[name]?.files = files
                missing += book.active.filter { $0.key.folder == name && $0.step < .submitting }.map(\.id)
                missing += folders[name]?.staleNotes ?? []
                folders[name]?.staleNotes = []
                folders[name]?.unreadable = [:]
            case .partlyScanned(let name, let files, _): folders[name]?.files = files
            case .unreadable(let name, let path, let failure): folders[name]?.unreadable[path] = failure
            case .overflowed(let name): folders[name]?.overflows += 1
            case .unavailable(let name, let failure): folders[name]?.trouble = failure
            case .available(let name, let watching):
                folders[name]?.trouble = nil
                folders[name]?.watching = watching
            }
            passed.append(event)
        }
        await dismissMissing(missing)
        return passed
    }

    /// Whether the source of a job is certainly gone: its folder is there and can be read, and the file is not in it.
    func isCertainlyGone(_ job: Job) async -> Bool {
        guard let folder = folders[job.key.folder], folder.trouble(at: job.key) == nil else { return false }
        let source = (job.id, folder.configuration.source(of: job.key), folder.configuration.watch.root)
        return await SourcePresence.absent([source]).contains(job.id)
    }

    private func isWaitingForItsSource(_ id: JobID) -> Bool {
        guard let job = book.job(id) else { return false }
        return job.ending == nil && job.step < .submitting
    }

    /// Calls off the jobs whose source is certainly not there: the directory answers, and has no such name.
    private func dismissMissing(_ ids: [JobID]) async {
        let sources = ids.compactMap { id -> (JobID, FilePath, root: FilePath)? in
            guard let key = book.job(id)?.key, let folder = folders[key.folder], folder.trouble == nil else {
                return nil
            }
            return (id, folder.configuration.source(of: key), folder.configuration.watch.root)
        }
        guard !sources.isEmpty else { return }
        for id in await SourcePresence.absent(sources) {
            guard let job = book.job(id) else { continue }
            if isWaitingForItsSource(id) { callOff(job, .sourceGone) } else if job.ending != nil { forgetNote(job) }
        }
        wakeup.wake()
    }

    /// Opens a job for each file that settled, durably, and sends it on its way.
    func filesSettled(_ outcomes: [SettlingOutcome]) async throws(Failure) {
        var opened: [JobID] = []
        for outcome in outcomes {
            guard let file = outcome.file, let folder = folders[file.key.folder]?.configuration,
                book.knows(file.key, file.identity) == nil
            else { continue }
            if let earlier = book.job(at: file.key), earlier.ending == nil, earlier.step < .returning {
                callOff(earlier, .sourceChanged)
            }
            let id = JobID(at: now(), using: &random)
            write([(id, .found(key: file.key, identity: file.identity))] + firstDecision(outcome, id, folder))
            opened.append(id)
        }
        guard !opened.isEmpty else { return }
        try await ledger.durable(through: book.sequence)
        for id in opened {
            schedule(id)
            notice(id)
        }
        wakeup.wake()
    }

    /// What is decided about a file the moment it is found, if anything is.
    private func firstDecision(_ outcome: SettlingOutcome, _ id: JobID, _ folder: FolderConfiguration) -> [(
        JobID?, LedgerEvent
    )] {
        if case .refused(_, let failure) = outcome { return [(id, ending(failure))] }
        guard let file = outcome.file, let since = book.folders.watchedSince(folder.name),
            ExistingFiles.wasThere(file.identity, before: since)
        else { return [] }
        let billing = backends[folder.backend]?.traits.billing ?? .billed
        let refusal = ExistingFiles.refusal(policy: folder.existing, billing: billing, folder: folder.name)
        return refusal.map { [(id, ending($0))] } ?? []
    }

    private func ending(_ failure: Failure) -> LedgerEvent {
        failure.remedy == .reject ? .rejected(failure) : .held(failure)
    }
}

/// Whether sources are still there. Only a certain "no" counts: any doubt is a "yes".
enum SourcePresence {
    /// - Parameter sources: a job, the absolute path of its source, and the root of its folder.
    /// - Returns: the jobs whose source is certainly gone.
    static func absent(_ sources: [(JobID, FilePath, root: FilePath)]) async -> [JobID] {
        do {
            return try await BlockingPool.shared.run { () throws(Failure) -> [JobID] in
                var absent: [JobID] = []
                for (job, source, root) in sources {
                    // An unmounted share leaves no directory, or another one, which its watch reports.
                    guard try FileStatus.at(root) != nil, try FileStatus.at(source) == nil else { continue }
                    absent.append(job)
                }
                return absent
            }
        } catch {
            return []  // The look failed, so nothing is certainly gone. The next scan looks again.
        }
    }
}
