// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// What the watcher of one folder needs to know.
public struct WatchSettings: Hashable, Sendable {
    public enum Mode: String, Sendable, CaseIterable { case auto, inotify, poll }

    public var folder: FolderName
    /// Absolute. Never created.
    public var root: FilePath
    public var mode: Mode = .auto
    public var pollInterval: Duration = .seconds(30)
    /// A full scan this often even when all looks well.
    public var rescanInterval: Duration = .seconds(300)
    /// A file that must exist below the root, or the folder counts as unmounted.
    public var marker: FilePath?
    public var ignore = IgnoreRules()
}

/// When a file counts as settled.
public struct SettlingRules: Hashable, Sendable {
    /// Quiet time where events arrive.
    public var settle: Duration = .seconds(5)
    /// Quiet time where the folder is polled.
    public var settlePolled: Duration = .seconds(15)
    /// A file incomplete by its own header is rejected after being quiet this long.
    public var incompleteAfter: Duration = .seconds(3600)
}
