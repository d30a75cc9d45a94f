// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What the process does that separates with the built-in separator: `stemlab separate`, one a job.
///
/// It confines itself before it opens the upload (``Sandbox``), makes sure that the audio is whole and no longer than
/// was declared, and separates it.
package enum SeparationChild {
    /// The subcommand of our own program that calls ``run(_:within:)``.
    package static let subcommand = "separate"

    /// Does it, on the calling thread, which must be the only one. The outcome is printed on standard output.
    /// - Returns: what the process is to exit with.
    package static func run(_ work: ComputeWork, within bounds: ChildBounds) -> Int32 {
        ConfinedChild.run(
            reading: work.input.removingLastComponent(), writing: work.output, within: bounds
        ) { () throws(Failure) in
            let inspected = try DeclaredAudio.inspect(work).duration
            var progress = ConfinedChild.Progress()
            let report = try Separation(
                input: work.input, output: work.output, stems: work.stems, format: work.format
            ).run { progress.report($0) }
            // Two decoders may differ by a few frames of a lossy stream; no account pays for more than was reserved.
            return min(max(report.duration, inspected), work.limit)
        }
    }
}
