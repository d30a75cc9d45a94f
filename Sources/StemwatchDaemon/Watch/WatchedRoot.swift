// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// What is at a watched folder's path. It is looked at anew each time: mounts come and go, and an absent one is never
/// taken for a folder without files.
struct WatchedRoot: Hashable {
    let device: UInt64
    let inode: UInt64
    /// A file system of its own is mounted here.
    let isMountPoint: Bool

    /// - Throws: `folder.missing`, `folder.unreadable` or `folder.marker_missing`. Nothing is ever made.
    static func look(_ settings: WatchSettings) throws(Failure) -> WatchedRoot {
        let root = settings.root
        // The dot follows a link at the root itself, and at nothing below it.
        guard let status = try FileStatus.at(root.appending(".")) else {
            if try FileStatus.at(root) != nil {
                throw Failure(
                    .folderUnreadable, "the watched folder \(Printable(root)) is not a directory",
                    remedy: .hold(until: .surroundings))
            }
            throw Failure(
                .folderMissing, "the watched folder \(Printable(root)) is not there",
                hint: "mount it, or make it; stemwatch never does", remedy: .hold(until: .surroundings))
        }
        if let marker = settings.marker, try FileStatus.at(root.pushing(marker)) == nil {
            throw Failure(
                .folderMarkerMissing,
                "the watched folder \(Printable(root)) lacks its marker \(Printable(marker))",
                hint: "mount it; or, if it is mounted, put the marker file back", remedy: .hold(until: .surroundings))
        }
        let above = try FileStatus.at(root.appending(".."))
        return WatchedRoot(
            device: status.identity.device, inode: status.identity.inode,
            isMountPoint: above.map { $0.identity.device != status.identity.device } ?? false)
    }
}
