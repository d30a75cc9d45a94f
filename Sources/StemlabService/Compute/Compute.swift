// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
import Platform
import StemlabAPI
public import SystemPackage

/// What separates.
public protocol Compute: Sendable {
    /// What it is called in answers: a name that changes when its stems would.
    var model: String { get }
    /// All it can make.
    var stems: [StemName] { get }

    /// Separates a file. Ends early, by throwing `CancellationError`, when its task is cancelled; nothing of it runs on then.
    /// - Parameter progress: told the share that is done, 0…1. May be called on any thread.
    func separate(
        _ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome
}

/// One upload to be separated.
public struct ComputeWork: Hashable, Sendable {
    /// Has `in/upload`, the uploaded bytes, which may be anything and are not to be changed; and `out`, empty, where
    /// `<stem>.<format>` is to stand in the end. What else is made in it is removed with it.
    public var directory: FilePath
    public var stems: [StemName]
    public var format: AudioContainer
    /// The most audio: what is longer is not separated.
    public var limit: AudioDuration

    public init(directory: FilePath, stems: [StemName], format: AudioContainer, limit: AudioDuration) {
        self.directory = directory
        self.stems = stems
        self.format = format
        self.limit = limit
    }

    public var input: FilePath { directory.appending("in").appending("upload") }
    public var output: FilePath { directory.appending("out") }
}

/// How a separation ended.
public enum ComputeOutcome: Hashable, Sendable {
    /// The stems are there; so much audio was decoded.
    case separated(AudioDuration)
    /// The audio cannot be separated as it is: a code of the family `audio`, and why in a sentence.
    case refused(code: String, detail: String)
    /// It could not be done this time: `compute.failed` or `compute.timeout`, and why in a sentence.
    /// - Parameter words: what a program said of it, for the log and nobody else.
    case fault(code: String, detail: String, words: String? = nil)
}
