// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Audio
import Platform
import StemwatchDaemon
import SystemPackage
import UnixSignals

struct Separate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Separate one file with the built-in separator.",
        discussion: """
            Nothing is overwritten, and nothing is left behind when you interrupt it. On a terminal it shows its \
            progress; elsewhere it writes lines such as `progress 0.42` to standard error.
            """)

    @Argument(help: "The audio file.", completion: .file()) var input: TypedPath
    @Option(help: "Where the stems go; the directory is made if it is missing.", completion: .directory) var output:
        TypedPath
    @Option(help: "Which stems, with commas between them.") var stems = "vocals,drums,bass,other"
    @Option(help: "wav or flac.", completion: .list(["wav", "flac"])) var format = "wav"

    func validate() throws {
        if AudioContainer(rawValue: format) == nil {
            throw ValidationError("there is no format '\(Printable(format))'; it is wav or flac")
        }
        let names = stems.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let known = StemName.standard.map(\.rawValue)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw ValidationError("there is no stem '\(Printable(unknown))'; stems: \(known.joined(separator: ", "))")
        }
    }

    func run() async throws {
        let directory = try output.absolute()
        let separation = Separation(
            input: try input.absolute(), output: directory,
            stems: stems.split(separator: ",").compactMap { StemName(rawValue: String($0)) },
            format: AudioContainer(rawValue: format) ?? .wav)
        let meter = ProgressMeter(isTerminal: ThisProcess.isTerminal(.standardError))
        let cancelled = CancellationFlag()
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let report = try await withThrowingTaskGroup(of: SeparationReport?.self) { group in
            group.addTask {
                try await BlockingPool.shared.run { () throws(Failure) in
                    _ = try DurableFiles.makeDirectories(directory)
                    return try separation.run(progress: meter.show, isCancelled: { cancelled.isSet })
                }
            }
            group.addTask {
                for await _ in signals { cancelled.set() }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        meter.end()
        for stem in report?.stems ?? [] { print(Printable(stem.path)) }
        if let report, report.repairedSamples > 0 {
            ThisProcess.say(
                "stemwatch: \(report.repairedSamples) samples of the file were not numbers, and were taken as silence\n"
            )
        }
        if let report, report.clippedSamples > 0 {
            ThisProcess.say(
                "stemwatch: \(report.clippedSamples) samples were louder than the format can hold, and were clipped\n")
        }
    }
}
