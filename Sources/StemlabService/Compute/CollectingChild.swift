// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Audio
import Platform
package import SystemPackage

/// What the process does that takes over what a program made of a song: `stemlab collect`, one a job.
///
/// The program read input that may be hostile, and is not trusted: exactly the stems of its model must be there,
/// each a plain file. Confined, this decodes each that is wanted to its end, makes sure that it is as long as the song
/// and that every sample is a number, and writes its sound into a file of its own.
package enum CollectingChild {
    /// The subcommand of our own program that calls ``run(_:_:within:)``.
    package static let subcommand = "collect"

    /// What is to be there.
    package struct Order: Hashable, Sendable {
        /// Where, below the program's home.
        package var folder: FilePath
        /// All that the program makes, each as `<stem>.wav`.
        package var made: [StemName]
        /// How long each is.
        package var length: AudioDuration

        package init(folder: FilePath, made: [StemName], length: AudioDuration) {
            self.folder = folder
            self.made = made
            self.length = length
        }
    }

    /// How much longer or shorter than the song a stem may be: resampling rounds, as do milliseconds.
    private static let tolerance = AudioDuration(milliseconds: 2)

    /// Does it, on the calling thread, which must be the only one. The outcome is printed on standard output.
    /// - Returns: what the process is to exit with.
    package static func run(_ work: ComputeWork, _ order: Order, within bounds: ChildBounds) -> Int32 {
        ConfinedChild.run(reading: work.home, writing: work.output, within: bounds) { () throws(Failure) in
            let folder = work.home.pushing(order.folder)
            try look(folder, for: order.made)
            var progress = ConfinedChild.Progress()
            for (index, stem) in work.stems.enumerated() {
                try collect(stem, in: folder, order, work)
                progress.report(Double(index + 1) / Double(work.stems.count))
            }
            return order.length
        }
    }

    private static func look(_ folder: FilePath, for made: [StemName]) throws(Failure) {
        guard try FileStatus.at(folder)?.kind == .directory else { throw bad("it made no stems") }
        var names = Set(try DirectoryListing.entries(of: folder).map(\.name.string))
        for stem in made where names.remove("\(stem).wav") == nil { throw bad("it made no stem \(stem)") }
        guard names.isEmpty else { throw bad("it made more than the stems of its model") }
    }

    private static func collect(
        _ stem: StemName, in folder: FilePath, _ order: Order, _ work: ComputeWork
    ) throws(Failure) {
        let file = folder.appending("\(stem).wav")
        guard let status = try FileStatus.at(file), status.kind == .regular, status.links == 1 else {
            throw bad("its stem \(stem) is missing, or is no plain file")
        }
        let copied: AudioCopy.Report
        do throws(Failure) {
            let reader = try AudioReader(file)
            copied = try AudioCopy.run(
                from: reader, to: work.path(of: stem), as: work.format.format(for: reader.format), in: work.format,
                expecting: reader.declaredFrames)
        } catch {
            // What is wrong with the audio of a stem is not wrong with the upload.
            throw error.code.rawValue.hasPrefix("audio.") ? bad("its stem \(stem) cannot be decoded") : error
        }
        guard copied.duration >= order.length - tolerance, copied.duration <= order.length + tolerance else {
            throw bad("its stem \(stem) is \(copied.duration) long, and the song \(order.length)")
        }
        guard copied.repaired == 0 else { throw bad("its stem \(stem) has samples that are no sound") }
    }

    private static func bad(_ what: String) -> Failure {
        Failure(
            .backendBadStems, "the separation program ended without an error, but \(what)", remedy: .retry(after: nil))
    }
}
