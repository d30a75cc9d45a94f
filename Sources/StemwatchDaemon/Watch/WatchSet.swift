// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The inotify watches of one folder, and which directory each is on.
final class WatchSet {
    /// Only what is needed: every further kind of event fills the queue sooner, and a full queue loses events. CREATE
    /// reports new directories and hard links, which make no other event.
    private static let mask: InotifyMask = [
        .closeWrite, .movedTo, .movedFrom, .create, .delete, .onlyDirectory, .dontFollow, .excludeUnlinked,
    ]

    private let inotify: Inotify
    private(set) var table = DirectoryTable()
    /// The watch on the folder itself, once it has been entered.
    private(set) var root: WatchDescriptor?
    /// The number of the present scan, which marks the directories it enters.
    var scan: UInt32 = 0

    init(inotify: Inotify) { self.inotify = inotify }

    func take() -> InotifyBatch? { inotify.take() }

    /// Watches a directory that is about to be read.
    func enter(
        _ path: FilePath, _ name: FilePath.Component?, below parent: WatchDescriptor
    ) throws(Failure) -> WatchDescriptor {
        let mask = name == nil ? Self.mask.union([.deleteSelf, .moveSelf]) : Self.mask
        let watch = try inotify.add(path, mask)
        if name == nil {
            if let root, root != watch {
                throw Failure(
                    .folderMissing, "another directory stands at \(Printable(path.removingLastComponent())) now",
                    remedy: .hold(until: .surroundings))
            }
            root = watch
        }
        table.record(watch, name, in: parent, scan: scan)
        return watch
    }

    /// A directory was renamed away: it and all below it are no longer watched, until a scan finds them again.
    func leave(_ name: FilePath.Component, in parent: WatchDescriptor) {
        guard let top = table.watch(name, in: parent) else { return }
        for watch in table.removeTree(top) { inotify.remove(watch) }
    }

    /// The kernel ended a watch.
    func ended(_ watch: WatchDescriptor) { table.remove(watch) }

    /// After a complete scan: a directory that it has not entered is not below the folder any more.
    func dropUnseen() {
        for watch in table.removeUnseen(by: scan) { inotify.remove(watch) }
    }
}
