// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Decides when files count as settled: pure, without a clock or a look at anything. Each step is O(log n) at most.
///
/// - Every change of a file's identity (size, times, inode) restarts its quiet time; being seen again unchanged does
///   not, whatever event named it. Only a look (``ProbeResult``) after the quiet time settles a file.
/// - A file that was renamed or linked into place is looked at once, and settles when its container proves it complete.
/// - An empty file stays pending as long as it exists. What is busy or cannot be read is looked at again, ever less
///   often.
/// - What is incomplete by its own header waits for a change, and is refused when none came for long enough.
///
/// Each state of a file is handed on once: after that, being seen again unchanged does nothing until ``release(_:)``,
/// which the taker calls when the file stands in its own book. An event that was under way meanwhile can make it settle
/// a second time after that, so the taker asks its book before it opens a job.
struct Settling: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The longest between two looks at a file that is empty, busy or unreadable.
    static let slowestLook: Duration = .seconds(60)
    /// A file that could not be read for this long is refused, so that a person learns of it.
    static let unreadableAfter: Duration = .seconds(60)

    private var files: [FileKey: Pending] = [:]
    private var queue = SettlingQueue()
    /// Folders that cannot be watched now, with the files whose time came meanwhile.
    private var away: [FolderName: [FileKey]] = [:]

    private struct Pending: Sendable {
        enum Phase: Sendable {
            case quiet, empty, busy
            /// `decoded`: found by decoding it, so that its header proves nothing.
            indirect case incomplete(Failure, decoded: Bool)
            indirect case unreadable(Failure, since: Instant)
            /// Given to the taker of settled files.
            case handedOn
        }
        var identity: FileIdentity
        /// When this identity was first seen.
        var quietSince: Instant
        var quiet: Duration
        /// When it is to be looked at.
        var deadline: Instant
        /// Its entry in the queue that counts; `nil` when it has none.
        var queuedAt: Instant?
        var phase = Phase.quiet
        var fruitlessLooks: UInt8 = 0
        /// This identity was renamed or linked into place.
        var renamedIntoPlace: Bool
        var isProbed = false
        /// It changed after the look began that is under way: what that look finds is of the past.
        var changedSinceLook = false

        init(_ identity: FileIdentity, _ arrival: Arrival, quiet: Duration, now: Instant) {
            self.identity = identity
            self.quiet = quiet
            quietSince = now
            renamedIntoPlace = arrival == .renamedIntoPlace
            deadline = renamedIntoPlace ? now : now + quiet
        }

        mutating func restart(_ identity: FileIdentity, _ arrival: Arrival, now: Instant) {
            var fresh = Self(identity, arrival, quiet: quiet, now: now)
            fresh.queuedAt = queuedAt
            fresh.isProbed = isProbed
            fresh.changedSinceLook = isProbed
            self = fresh
        }

        /// The next look in twice the time of the last, but never more often than once a second.
        mutating func backOff(_ phase: Phase, now: Instant) {
            self.phase = phase
            let slowest = max(Settling.slowestLook, quiet)
            deadline = now + Backoff(from: max(quiet, .seconds(1)), to: slowest).wait(after: Int(fruitlessLooks) + 1)
            fruitlessLooks = fruitlessLooks < .max ? fruitlessLooks + 1 : .max
        }
    }

    // MARK: What is reported

    /// A file was seen.
    /// - Parameter quiet: how long it must not change; its folder's quiet time.
    mutating func observe(
        _ key: FileKey, _ identity: FileIdentity, _ arrival: Arrival, quiet: Duration, now: Instant
    ) {
        guard let index = files.index(forKey: key) else {
            files[key] = Pending(identity, arrival, quiet: quiet, now: now)
            return arm(key)
        }
        let known = files.values[index]
        if known.identity != identity {
            files.values[index].quiet = quiet
            files.values[index].restart(identity, arrival, now: now)
        } else if arrival == .renamedIntoPlace, !known.renamedIntoPlace, case .quiet = known.phase {
            files.values[index].renamedIntoPlace = true
            files.values[index].deadline = now
        } else if arrival == .written, case .busy = known.phase {
            // Its writer may have closed it just now: no need to wait for the next slow look.
            files.values[index].fruitlessLooks = 0
            files.values[index].deadline = min(known.deadline, max(now, known.quietSince + known.quiet))
        } else {
            return
        }
        arm(key)
    }

    /// The file is no longer there under this name.
    mutating func forget(_ key: FileKey) { files[key] = nil }

    /// Drops every file of a folder, one that is no longer watched. O(n).
    mutating func forget(folder: FolderName) {
        files = files.filter { $0.key.folder != folder }
        away[folder] = nil
    }

    /// The folder cannot be watched: its files are neither gone nor looked at until ``resume(_:now:)``.
    mutating func suspend(_ folder: FolderName) {
        if away[folder] == nil { away[folder] = [] }
    }

    /// The folder is watched again. Files whose time came meanwhile are looked at now. Nothing happens to one never
    /// suspended.
    mutating func resume(_ folder: FolderName, now: Instant) {
        for key in away.removeValue(forKey: folder) ?? [] {
            guard let index = files.index(forKey: key) else { continue }
            files.values[index].deadline = max(files.values[index].deadline, now)
            arm(key)
        }
    }

    /// The files stand in the taker's book; each is dropped unless it changed since it was handed on.
    mutating func release(_ taken: some Sequence<SettledFile>) {
        for file in taken {
            guard let known = files[file.key], case .handedOn = known.phase, known.identity == file.identity else {
                continue
            }
            files[file.key] = nil
        }
    }

    /// Decoding found the file incomplete: it waits for a change, and is refused with `failure` when none comes within
    /// `incompleteAfter`.
    mutating func takeBack(
        _ file: SettledFile, _ failure: Failure, quiet: Duration, incompleteAfter: Duration, now: Instant
    ) {
        // What was seen since is newer than what was decoded.
        if let known = files[file.key], known.identity != file.identity { return }
        var pending = Pending(file.identity, .scan, quiet: quiet, now: now)
        pending.phase = .incomplete(failure, decoded: true)
        pending.deadline = now + max(quiet, incompleteAfter)
        files[file.key] = pending
        arm(file.key)
    }

    // MARK: What is to be done

    /// When ``due(now:)`` is worth asking; sometimes early, never late. `nil`: only something new makes it so.
    var nextDeadline: Instant? { queue.nextDeadline }

    /// The files to be looked at now, in the order their time came. Each answer goes to
    /// ``probed(_:_:incompleteAfter:now:)``.
    mutating func due(now: Instant) -> [FileKey] {
        var due: [FileKey] = []
        while let entry = queue.popDue(now: now) {
            guard let index = files.index(forKey: entry.key), files.values[index].queuedAt == entry.deadline else {
                continue
            }
            files.values[index].queuedAt = nil
            if files.values[index].deadline > now {
                arm(entry.key)
            } else if away[entry.key.folder] != nil {
                away[entry.key.folder]?.append(entry.key)
            } else {
                files.values[index].isProbed = true
                files.values[index].changedSinceLook = false
                due.append(entry.key)
            }
        }
        return due
    }

    /// What came of looking at a file.
    /// - Parameter incompleteAfter: how long a file may stay incomplete by its own header without a change.
    mutating func probed(
        _ key: FileKey, _ result: ProbeResult, incompleteAfter: Duration, now: Instant
    ) -> SettlingOutcome {
        guard let index = files.index(forKey: key), files.values[index].isProbed else { return .again }
        files.values[index].isProbed = false
        if away[key.folder] != nil {
            // Whatever was seen may be what lies below a mount that went away.
            away[key.folder]?.append(key)
            return .again
        }
        if files.values[index].changedSinceLook {
            arm(key)
            return .again
        }
        let outcome: SettlingOutcome
        switch result {
        case .gone, .notRegular:
            files.remove(at: index)
            return .again
        case .changed(let identity):
            files.values[index].restart(identity, .scan, now: now)
            outcome = .again
        case .quiet(let identity, _), .busy(let identity), .empty(let identity):
            if identity != files.values[index].identity {
                files.values[index].restart(identity, .scan, now: now)
                outcome = .again
            } else {
                outcome = Self.judge(&files.values[index], key, result, incompleteAfter: incompleteAfter, now: now)
            }
        case .unreadable:
            outcome = Self.judge(&files.values[index], key, result, incompleteAfter: incompleteAfter, now: now)
        }
        if case .again = outcome { arm(key) } else { files.values[index].phase = .handedOn }
        return outcome
    }

    /// A look at a file that is still what it was.
    private static func judge(
        _ file: inout Pending, _ key: FileKey, _ result: ProbeResult, incompleteAfter: Duration, now: Instant
    ) -> SettlingOutcome {
        let settled = SettledFile(key: key, identity: file.identity)
        let quietFor = file.quietSince.duration(to: now)
        switch result {
        case .empty: file.backOff(.empty, now: now)
        case .busy: file.backOff(.busy, now: now)
        case .unreadable(let failure):
            var since = now
            if case .unreadable(_, let earlier) = file.phase { since = earlier }
            if since.duration(to: now) >= unreadableAfter { return .refused(settled, failure) }
            file.backOff(.unreadable(failure, since: since), now: now)
        case .quiet(_, .incomplete(let failure)):
            let patience = max(file.quiet, incompleteAfter)
            if quietFor >= patience { return .refused(settled, failure) }
            file.phase = .incomplete(failure, decoded: false)
            file.deadline = file.quietSince + patience
        case .quiet(_, let proof):
            if case .incomplete(let failure, decoded: true) = file.phase { return .refused(settled, failure) }
            if quietFor >= file.quiet || (file.renamedIntoPlace && proof == .complete) { return .settled(settled) }
            file.phase = .quiet
            file.deadline = file.quietSince + file.quiet
        case .changed, .gone, .notRegular: break
        }
        return .again
    }

    /// Sees to it that the queue wakes for the file's deadline. A file has one entry that counts; a deadline that moved
    /// later is found when the entry comes up, so that a file that changes all the time leaves nothing behind.
    private mutating func arm(_ key: FileKey) {
        guard let index = files.index(forKey: key), !files.values[index].isProbed else { return }
        if case .handedOn = files.values[index].phase { return }
        let deadline = files.values[index].deadline
        if let queuedAt = files.values[index].queuedAt, queuedAt <= deadline { return }
        files.values[index].queuedAt = deadline
        queue.insert(key, at: deadline)
        // Entries of files that were forgotten: swept once they are the larger part.
        if queue.count > 2 * files.count + 64 {
            queue.rebuild(
                files.lazy.compactMap { key, file in file.queuedAt.map { SettlingQueue.Entry(deadline: $0, key: key) } }
            )
        }
    }
}

extension Settling {
    /// Files that wait to settle or to be taken.
    var count: Int { files.count }

    /// What one file waits for; `nil` when it is not pending.
    func pending(_ key: FileKey, now: Instant) -> PendingFile? {
        files[key].map { describe(key, $0, now) }
    }

    /// Every pending file, in no order. O(n).
    func pending(now: Instant) -> [PendingFile] { files.map { describe($0.key, $0.value, now) } }

    private func describe(_ key: FileKey, _ file: Pending, _ now: Instant) -> PendingFile {
        let reason: PendingFile.Reason =
            switch file.phase {
            case .handedOn: .handedOn
            case _ where away[key.folder] != nil: .folderAway
            case .quiet: .quiet
            case .empty: .empty
            case .busy: .busy
            case .incomplete(let failure, _): .incomplete(failure)
            case .unreadable(let failure, _): .unreadable(failure)
            }
        let waits = reason != .handedOn && reason != .folderAway && !file.isProbed
        return PendingFile(
            key: key, identity: file.identity, reason: reason, unchangedFor: file.quietSince.duration(to: now),
            nextLook: waits ? max(.zero, now.duration(to: file.deadline)) : nil)
    }
}
