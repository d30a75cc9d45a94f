// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Audio
import Platform
import StemlabAPI
package import SystemPackage

/// What separates.
package protocol Compute: Sendable {
    /// What it is called in answers: a name that changes when its stems would.
    var model: String { get }
    /// All it can make.
    var stems: [StemName] { get }

    /// Separates a file. Ends early, by throwing `CancellationError`, when its task is cancelled; nothing of it runs on
    /// then.
    /// - Parameter progress: receives the share that is done, 0…1. May be called on any thread.
    func separate(
        _ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome
}

/// One upload to be separated.
package struct ComputeWork: Hashable, Sendable {
    /// Has `in/upload`, the uploaded bytes, which may be anything and are not to be changed; and `out`, empty, where
    /// `<stem>.<format>` is to stand in the end. What else is made in it is removed with it.
    package var directory: FilePath
    package var stems: [StemName]
    package var format: AudioContainer
    /// The most audio: what is longer is not separated.
    package var limit: AudioDuration

    package init(directory: FilePath, stems: [StemName], format: AudioContainer, limit: AudioDuration) {
        self.directory = directory
        self.stems = stems
        self.format = format
        self.limit = limit
    }

    package var input: FilePath { directory.appending("in").appending("upload") }
    package var output: FilePath { directory.appending("out") }
}

/// How a separation ended.
package enum ComputeOutcome: Hashable, Sendable {
    /// The stems are there; so much audio was decoded.
    case separated(AudioDuration)
    /// The audio cannot be separated as it is: a code of the family `audio`, and why in a sentence.
    case refused(code: String, detail: String)
    /// It could not be done this time: `compute.failed` or `compute.timeout`, and why in a sentence.
    /// - Parameter words: what a program printed about it, for the log alone.
    case fault(code: String, detail: String, words: String? = nil)
}

/// Where things are in the directory of a job that a program separates.
extension ComputeWork {
    /// The sound of the upload, as a WAV of ours.
    var mix: FilePath { directory.appending("mix").appending("mix.wav") }
    /// All that the program may write in.
    var home: FilePath { directory.appending("home") }
    var temporary: FilePath { home.appending("tmp") }
    /// Where the program puts its stems.
    static let stemFolder: FilePath.Component = "stems"
}
