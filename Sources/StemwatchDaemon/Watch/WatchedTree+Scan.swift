// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// What a scan of the whole folder has found so far.
struct ScanTally {
    var files = 0
    var unread = 0
    /// What could not be read, as the previous scan and this one reported it. At most ``mostReported`` each.
    var reportedBefore: [FilePath: FailureCode] = [:]
    var reportedNow: [FilePath: FailureCode] = [:]

    static let mostReported = 1000

    mutating func begin() {
        files = 0
        unread = 0
        reportedBefore = reportedNow
        reportedNow = [:]
    }

    /// - Returns: whether this is news.
    mutating func unreadable(_ path: FilePath, _ code: FailureCode) -> Bool {
        let isNews = reportedBefore[path] != code && reportedNow[path] != code
        if reportedNow.count >= Self.mostReported { return false }
        reportedNow[path] = code
        return isNews
    }
}

extension WatchedTree {
    mutating func startScan(_ now: Instant) {
        schedule.scanStarted(now: now)
        tally.begin()
        watches?.scan &+= 1
        var scanner = DirectoryScanner(root: settings.root, rules: settings.ignore)
        scanner.visit(FilePath(), below: DirectoryTable.root, as: .scan)
        full = consume scanner
    }

    mutating func scanFull(_ budget: inout Int, _ now: Instant) throws(Failure) {
        let watches = watches
        let found = try full!.next(budget: &budget) { (path, name, parent) throws(Failure) in
            try Self.enter(watches, path, name, parent)
        }
        switch found {
        case .file(let path, let status, let arrival):
            tally.files += 1
            report(seen: path, status, arrival)
        case .unreadable(let path, let failure):
            tally.unread += 1
            report(unreadable: path, failure)
        case .paused: break
        case .ended:
            // If it was unmounted halfway, the rest of it only seemed to be gone.
            try lookAtRoot(now)
            endScan(now)
        }
    }

    mutating func scanFresh(_ budget: inout Int) throws(Failure) {
        let watches = watches
        let found = try fresh.next(budget: &budget) { (path, name, parent) throws(Failure) in
            try Self.enter(watches, path, name, parent)
        }
        switch found {
        case .file(let path, let status, let arrival): report(seen: path, status, arrival)
        case .unreadable(let path, let failure): report(unreadable: path, failure)
        case .paused, .ended: break
        }
    }

    private static func enter(
        _ watches: WatchSet?, _ path: FilePath, _ name: FilePath.Component?, _ parent: WatchDescriptor
    ) throws(Failure) -> WatchDescriptor {
        try watches?.enter(path, name, below: parent) ?? DirectoryTable.root
    }

    private mutating func endScan(_ now: Instant) {
        full = nil
        scanned(now)
        if tally.unread == 0 {
            watches?.dropUnseen()
            outbox.append(.scanned(settings.folder, files: tally.files))
        } else {
            outbox.append(.partlyScanned(settings.folder, files: tally.files, unread: tally.unread))
        }
    }

    private mutating func report(seen path: FilePath, _ status: FileStatus, _ arrival: Arrival) {
        outbox.append(.seen(FileKey(folder: settings.folder, path: path), status.identity, arrival))
    }

    /// Reports each once, until the reason changes or a scan could read it in between.
    mutating func report(unreadable path: FilePath, _ failure: Failure) {
        if tally.unreadable(path, failure.code) {
            outbox.append(.unreadable(settings.folder, path: path, failure))
        }
    }
}
