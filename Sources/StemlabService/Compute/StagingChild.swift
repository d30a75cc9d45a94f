// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What the process does that makes of an upload what another program may be given: `stemlab stage`, one a job.
///
/// Confined, it decodes the upload to its end, makes sure that it is no longer than was declared, and writes its sound
/// into a plain WAV of 32-bit floats with its rate and channels. No byte of the upload goes further.
package enum StagingChild {
    /// The subcommand of our own program that calls ``run(_:within:)``.
    package static let subcommand = "stage"

    /// Does it, on the calling thread, which must be the only one. The outcome is printed on standard output.
    /// - Returns: what the process is to exit with.
    package static func run(_ work: ComputeWork, within bounds: ChildBounds) -> Int32 {
        ConfinedChild.run(
            reading: work.input.removingLastComponent(), writing: work.mix.removingLastComponent(), within: bounds
        ) { () throws(Failure) in
            let inspection = try DeclaredAudio.inspect(work)
            try check(inspection)
            var format = inspection.format
            format.samples = .float(bits: 32)
            let copied = try AudioCopy.run(
                from: try AudioReader(work.input), to: work.mix, as: format, in: .wav, expecting: inspection.frames)
            // Two decoders may differ by a few frames of a lossy stream; no account pays for more than was reserved.
            return min(copied.duration, work.limit)
        }
    }

    /// The bounds of the built-in separator, and what a plain WAV can hold: a larger one not every program reads.
    private static func check(_ inspection: Inspection) throws(Failure) {
        let format = inspection.format
        guard (1...2).contains(format.channels) else {
            throw Failure(
                .audioChannels, "upload has \(format.channels) channels, and one or two can be separated",
                remedy: .reject)
        }
        guard (8000...192_000).contains(format.sampleRate) else {
            throw Failure(
                .audioRate, "upload is at \(format.sampleRate) Hz, and 8000 to 192000 Hz can be separated",
                remedy: .reject)
        }
        guard inspection.frames <= (Int64(UInt32.max) - 65_536) / Int64(4 * format.channels) else {
            throw Failure(
                .audioTooLong, "upload has more audio than the 4 GiB of 32-bit samples that can be separated",
                remedy: .reject)
        }
    }
}
