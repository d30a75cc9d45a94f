// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// What a watched folder reports. Events are hints; a scan is the truth.
enum FolderEvent: Hashable, Sendable {
    /// A file that passed the ignore rules was seen, created, written, renamed or linked into place.
    case seen(FileKey, FileIdentity, Arrival)
    /// A file is no longer there under this name. Reported for single files only: after a directory left, a scan
    /// follows.
    case vanished(FileKey)
    /// A complete scan of the folder ended: every file in it was reported as `seen`.
    case scanned(FolderName, files: Int)
    /// A scan ended that could not read everything. It takes the place of `scanned`. A file that it has not seen may
    /// still be there.
    case partlyScanned(FolderName, files: Int, unread: Int)
    /// Something below the folder cannot be read (`path` is relative); its siblings can. Reported when it begins, and
    /// again only when the reason changes. What is below it is neither gone nor new.
    case unreadable(FolderName, path: FilePath, Failure)
    /// Events were lost because too much happened at once. A scan follows, so only time is lost.
    case overflowed(FolderName)
    /// The folder cannot be watched now. Its files are neither gone nor new. Reported when it begins, and again only
    /// when the reason changes. The watch tries the folder again by itself.
    case unavailable(FolderName, Failure)
    /// The folder is watched again, or in another way than before. A scan follows.
    case available(FolderName, Watching)
}

/// How a file came to be seen.
enum Arrival: Hashable, Sendable {
    /// Found by a scan, or by polling: nothing is known about its writer.
    case scan
    /// A writer closed it, or it was created.
    case written
    /// Renamed or linked into place: the program that did that considered it complete.
    case renamedIntoPlace
}

/// How a folder is watched.
enum Watching: Hashable, Sendable {
    case inotify
    /// `reason` is a sentence for the log. It names what to do, where something can be done.
    case polling(every: Duration, reason: String)
}
