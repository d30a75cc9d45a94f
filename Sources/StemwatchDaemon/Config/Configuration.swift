// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Logging
public import SystemPackage

/// Everything the daemon is told, checked. Each part of the daemon takes its own piece; the reader of the file is the
/// only place that knows keys and defaults in YAML's words.
public struct Configuration: Hashable, Sendable {
    /// Absolute.
    public var stateDirectory: FilePath
    /// An IANA name such as `Europe/Berlin`, by which days and months of minute limits are cut; `nil`: the system's.
    public var timeZone: String?
    public var folders: [FolderConfiguration]
    public var backends: [BackendName: BackendSettings]
    /// Over all folders together.
    public var limits: MinuteLimits
    public var retry: RetryPolicy
    /// Files examined at once.
    public var intakeSlots: Int
    public var shutdownGrace: Duration
    public var logLevel: Logger.Level

    public init(stateDirectory: FilePath, folders: [FolderConfiguration]) {
        self.stateDirectory = stateDirectory
        self.folders = folders
        backends = [.builtin: BackendSettings(name: .builtin, kind: .builtin)]
        limits = MinuteLimits()
        retry = RetryPolicy()
        intakeSlots = 2
        shutdownGrace = .seconds(20)
        logLevel = .info
    }
}

/// One watched folder.
public struct FolderConfiguration: Hashable, Sendable {
    public var name: FolderName { watch.folder }
    public var watch: WatchSettings
    /// The endings of the file names looked at, and the patterns passed over on top of ours, as they are written;
    /// `watch.ignore` is made of them.
    public var extensions: [String]
    public var ignoring: [String]
    public var settling: SettlingRules
    public var intake: IntakeLimits
    public var backend: BackendName
    /// The stems wanted; `nil`: all that the backend makes.
    public var stems: [StemName]?
    public var limits: MinuteLimits
    public var duplicates: DuplicatePolicy
    /// `nil`: take where the backend is free, hold where it bills.
    public var existing: ExistingPolicy?
    public var delivery: DeliverySettings

    public init(watch: WatchSettings, delivery: DeliverySettings) {
        self.watch = watch
        self.delivery = delivery
        extensions = IgnoreRules.defaultExtensions
        ignoring = []
        settling = SettlingRules()
        intake = IntakeLimits()
        backend = .builtin
        limits = MinuteLimits()
        duplicates = .reuse
    }
}
