// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// What a watched folder tells. Events are hints; a scan is the truth.
public enum FolderEvent: Hashable, Sendable {
    /// A file that passed the ignore rules was seen, created, written, renamed or linked into place.
    case seen(FileKey, FileIdentity, Arrival)
    /// A file is no longer there under this name. Told of single files only: when a whole directory leaves, a scan follows.
    case vanished(FileKey)
    /// A complete scan of the folder ended: every file there was has been told as `seen`.
    case scanned(FolderName, files: Int)
    /// A scan ended that could not read everything: what it has not seen may still be there. Stands for `scanned`, and nobody
    /// may conclude from it that a file is gone.
    case partlyScanned(FolderName, files: Int, unread: Int)
    /// Something below the folder cannot be read (`path` is relative); its siblings can. Told when it begins, and again
    /// only when the reason changes. What is below it is neither gone nor new.
    case unreadable(FolderName, path: FilePath, Failure)
    /// Events were lost because too much happened at once; a scan follows. Nothing is lost by it but time.
    case overflowed(FolderName)
    /// The folder cannot be watched now. Its files are neither gone nor new. Told when it begins, and again only when
    /// the reason changes; the folder is tried again by itself.
    case unavailable(FolderName, Failure)
    /// The folder is watched again, or in another way than before. A scan follows.
    case available(FolderName, Watching)
}

/// How a file came to be seen.
public enum Arrival: Hashable, Sendable {
    /// Found by a scan, or by polling: nothing is known of its writer.
    case scan
    /// A writer closed it, or it was created.
    case written
    /// Renamed or linked into place: whoever did that held it complete.
    case renamedIntoPlace
}

/// How a folder is watched.
public enum Watching: Hashable, Sendable {
    case inotify
    /// `reason` is a sentence for the log, with what to do about it where something can be done.
    case polling(every: Duration, reason: String)
}
