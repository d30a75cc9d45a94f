// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// What a watched folder tells. Events are hints; a scan is the truth.
public enum FolderEvent: Sendable {
    /// A file that passed the ignore rules was seen, created, written, renamed or linked into place.
    case seen(FileKey, FileIdentity, Arrival)
    /// A file is no longer there under this name.
    case vanished(FileKey)
    /// A complete scan of the folder ended: every file there was has been told as `seen`.
    case scanned(FolderName, files: Int)
    /// The folder cannot be watched now. Its files are neither gone nor new.
    case unavailable(FolderName, Failure)
    /// The folder is watched again, or in another way than before.
    case available(FolderName, Watching)
}

/// How a file came to be seen.
public enum Arrival: Hashable, Sendable {
    /// Found by a scan, or by polling: nothing is known of its writer.
    case scan
    /// A writer closed it, or it was created.
    case written
    /// Renamed or linked into place: whoever did that held it complete.
    case placed
}

/// How a folder is watched.
public enum Watching: Hashable, Sendable {
    case inotify
    /// `reason` is a sentence for the log, with what to do about it where something can be done.
    case polling(every: Duration, reason: String)
}
