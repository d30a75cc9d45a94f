// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// How a watched folder is doing, for `status` and `doctor`.
public struct FolderWatchStatus: Hashable, Sendable {
    /// `nil`: it is not, for the reason in `failure`, or not yet.
    public internal(set) var watching: Watching?
    public internal(set) var failure: Failure?
    /// Inotify watches held; 0 while polling.
    public internal(set) var directories = 0
    /// Times that events were lost, and a scan made up for it.
    public internal(set) var overflows = 0
    /// Scans that came to their end.
    public internal(set) var scans = 0
    /// Watched files that the last scan saw, and places it could not read.
    public internal(set) var files = 0
    public internal(set) var unread = 0
}
