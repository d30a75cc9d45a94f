// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// How a watched folder is doing, for `status` and `doctor`.
struct FolderWatchStatus: Hashable, Sendable {
    /// `nil`: it is not, for the reason in `failure`, or not yet.
    var watching: Watching?
    var failure: Failure?
    /// Inotify watches held; 0 while polling.
    var directories = 0
    /// Times that events were lost, and a scan made up for it.
    var overflows = 0
    /// Scans that came to their end.
    var scans = 0
    /// Watched files that the last scan saw, and places it could not read.
    var files = 0
    var unread = 0
}
