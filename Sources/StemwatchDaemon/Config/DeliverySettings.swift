// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

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

    public init(output: FilePath) { self.output = output }
}
