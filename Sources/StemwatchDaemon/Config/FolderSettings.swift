// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
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

/// What intake accepts; checked on the header before anything is decoded, and again on what was decoded.
public struct IntakeLimits: Hashable, Sendable {
    /// Bytes.
    public var maximumSize: Int64 = 4 << 30
    public var maximumDuration = AudioDuration(milliseconds: 3 * 3600 * 1000)
    public var minimumDuration = AudioDuration(milliseconds: 1000)
    public var maximumChannels = 2
    /// Hz.
    public var sampleRates = 8_000...192_000
    /// Peak, in dB below full scale, under which a track counts as silent.
    public var silencePeak = -90.0
}

/// How the stems of one folder's tracks are delivered.
public struct DeliverySettings: Hashable, Sendable {
    public enum Format: String, Sendable, CaseIterable { case wav, flac }
    public enum Source: Hashable, Sendable {
        case keep
        /// Into this absolute folder, under its relative path.
        case move(to: FilePath)
        case delete
    }
    /// Absolute. Created when missing (its parent must exist).
    public var output: FilePath
    public var format: Format = .wav
    public var source: Source = .keep
    /// Group for what is created: a name or a number; `nil`: inherited from the output folder.
    public var group: String?
    /// Permissions for files (directories get the search bits added); `nil`: the umask's.
    public var mode: UInt16?
    /// Whether `<song>.problem.txt` notes are written into the output folder.
    public var problemNotes = true
}
