// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Logging
public import SystemPackage

/// The daemon's configuration, checked. Each part of the daemon takes its own piece. Only the reader of the file knows
/// the keys of the YAML.
public struct Configuration: Hashable, Sendable {
    /// Absolute.
    public var stateDirectory: FilePath
    /// An IANA name such as `Europe/Berlin`, by which days and months of minute limits are cut; `nil`: the system's.
    public var timeZone: String?
    public var folders: [FolderConfiguration]
    public var backends = [BackendName.builtin: BackendSettings(name: .builtin, kind: .builtin)]
    /// Over all folders together.
    public var limits = MinuteLimits()
    public var retry = RetryPolicy()
    /// Files examined at once.
    public var intakeSlots = 2
    public var shutdownGrace: Duration = .seconds(20)
    public var logLevel = Logger.Level.info
}

/// One watched folder.
public struct FolderConfiguration: Hashable, Sendable {
    public var name: FolderName { watch.folder }
    public var watch: WatchSettings
    /// The file name extensions to watch, and the patterns to ignore besides the built-in ones, as they are written.
    /// `watch.ignore` is made of them.
    public var extensions = IgnoreRules.defaultExtensions
    public var ignoring: [String] = []
    public var settling = SettlingRules()
    public var intake = IntakeLimits()
    public var backend = BackendName.builtin
    /// The stems wanted; `nil`: all that the backend makes.
    public var stems: [StemName]?
    public var limits = MinuteLimits()
    public var duplicates = DuplicatePolicy.reuse
    /// `nil`: take where the backend is free, hold where it bills.
    public var existing: ExistingPolicy?
    public var delivery: DeliverySettings
}
