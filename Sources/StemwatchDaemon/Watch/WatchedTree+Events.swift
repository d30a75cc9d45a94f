// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import OrderedCollections
import Platform
import SystemPackage

extension WatchedTree {
    /// Takes one event in.
    /// - Returns: whether there was an event.
    /// - Throws: when the folder itself is gone.
    mutating func readEvent(_ now: Instant) throws(Failure) -> Bool {
        if let event = batch?.next() {
            try handle(event, now)
            return true
        }
        batch = watches?.take()
        if batch != nil { return true }
        guard changes.count > 0 else { return false }
        try reportChanges(now)
        return true
    }

    private mutating func handle(_ event: InotifyEvent, _ now: Instant) throws(Failure) {
        guard let watches else { return }
        if event.mask.contains(.overflow) { return overflowed(now) }
        if event.watch == watches.root, !event.mask.isDisjoint(with: [.unmount, .ignored, .deleteSelf, .moveSelf]) {
            throw lost(event.mask)
        }
        if event.mask.contains(.ignored) {
            // Earlier events in that directory still need its path.
            try reportChanges(now)
            watches.ended(event.watch)
        } else if event.mask.contains(.unmount) {
            // What the mount covered is visible again.
            schedule.scanSoon(now: now)
        } else if let name = event.name {
            if event.mask.contains(.isDirectory) {
                try reportChanges(now)
                directory(name, in: event.watch, event.mask, watches, now)
            } else if settings.ignore.verdict(file: name) == .watched {
                changes.note(name, in: event.watch, event.mask)
            }
        }
    }

    private func lost(_ mask: InotifyMask) -> Failure {
        let what =
            if mask.contains(.unmount) { "was unmounted" } else if mask.contains(.moveSelf) { "was moved away" } else {
                "was removed"
            }
        return Failure(
            .folderMissing, "the watched folder \(Printable(settings.root)) \(what)",
            hint: "put it back: it is watched again by itself", remedy: .hold(until: .surroundings))
    }

    private mutating func directory(
        _ name: FilePath.Component, in parent: WatchDescriptor, _ mask: InotifyMask, _ watches: WatchSet, _ now: Instant
    ) {
        guard settings.ignore.verdict(directory: name) == .watched else { return }
        if mask.contains(.movedFrom) {
            watches.leave(name, in: parent)
            // Its files were reported by their names here, and only the engine knows which it has: a scan sorts that
            // out.
            schedule.scanSoon(now: now)
        } else if !mask.isDisjoint(with: [.create, .movedTo]), let path = watches.table.path(of: parent) {
            // A file put in before our watch made no event. So the scan enters the directory first, and reads it then.
            fresh.visit(path.appending(name), below: parent, as: mask.contains(.movedTo) ? .renamedIntoPlace : .scan)
        }
    }

    /// Looks at each file that events named, and reports what is there now.
    /// - Throws: when the folder itself is gone: what is not found then is not gone.
    mutating func reportChanges(_ now: Instant) throws(Failure) {
        guard changes.count > 0, let watches else { return }
        var events: [FolderEvent] = []
        var anyVanished = false
        for (place, change) in changes.take() {
            guard let path = watches.table.path(of: place.directory)?.appending(place.name) else { continue }
            let key = FileKey(folder: settings.folder, path: path)
            do throws(Failure) {
                if let status = try FileStatus.at(settings.root.pushing(path)), status.kind == .regular {
                    events.append(.seen(key, status.identity, change.arrival(links: status.links)))
                } else {
                    events.append(.vanished(key))
                    anyVanished = true
                }
            } catch {
                report(unreadable: path, error)
            }
        }
        if anyVanished { try lookAtRoot(now) }
        outbox += events
    }
}
