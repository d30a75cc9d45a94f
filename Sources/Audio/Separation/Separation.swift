// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Separates one audio file into stems beside each other in a directory, with the built-in ``Separator``.
///
/// One or two channels, 8 to 192 kHz. The stems have the source's rate, channels, depth and length, to the sample
/// (``AudioContainer/format(for:)`` defines the exceptions for formats that the container cannot hold; lossy sources
/// become 32-bit float WAV, since their peaks often pass full scale). All four in an integer format sum to the source
/// exactly. The same source gives the same bytes. Memory is the same for a minute and for ten hours.
public struct Separation: Sendable {
    private let input: FilePath
    private let output: FilePath
    private let stems: [StemName]
    private let container: AudioContainer

    /// - Parameters:
    ///   - input: an audio file that ``AudioReader`` reads.
    ///   - output: an existing directory. Nothing in it is overwritten.
    ///   - stems: some of ``StemName/standard``, in any order.
    public init(
        input: FilePath, output: FilePath, stems: [StemName] = StemName.standard, format: AudioContainer = .wav
    ) {
        self.input = input
        self.output = output
        self.stems = stems
        container = format
    }

    /// Separates the file. Blocks until it is done: call it on a thread that may block.
    ///
    /// - Parameters:
    ///   - progress: called with the share of the source that was read, 0…1, after every block of at most a tenth of a
    ///     second of audio. The last call, with 1, comes when the stems are in place. Stays 0 when the source declares
    ///     no length.
    ///   - isCancelled: called as often.
    /// - Throws: with no file left behind: `job.cancelled`; `audio.channels`, `audio.rate`; `backend.bad_stems` for a
    ///   stem that it does not make; `output.name` when a stem's file is already there; and as ``AudioReader``,
    ///   ``AudioWriter``.
    public func run(
        progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws(Failure) -> SeparationReport {
        let wanted = try checkedStems()
        let reader = try AudioReader(input)
        try check(reader.format)
        let expected = try reader.expectedFrames()
        let mix = MixReader(reader, format: container.format(for: reader.format))
        let files = try StemFiles(wanted, in: output, as: container, format: mix.format, expecting: expected)
        do throws(Failure) {
            let run = SeparationRun(mix, stems: wanted)
            while try run.step(writing: files) {
                if isCancelled() { throw cancelled() }
                progress(Self.share(mix.frames, of: expected))
            }
            let paths = try files.publish()
            progress(1)
            return SeparationReport(
                stems: zip(wanted, paths).map { .init(name: $0, path: $1) }, kind: reader.kind, source: reader.format,
                written: mix.format, frames: mix.frames, repairedSamples: mix.repaired, clippedSamples: mix.clipped)
        } catch {
            // The first failure matters more than a file that cannot be removed; the next run removes it.
            try? files.discard()
            throw error
        }
    }

    private static func share(_ frames: Int64, of expected: Int64?) -> Double {
        guard let expected, expected > 0 else { return 0 }
        // The last percent is for writing after everything has been read.
        return min(Double(frames) / Double(expected), 1) * 0.99
    }

    private func checkedStems() throws(Failure) -> [StemName] {
        if let unknown = stems.first(where: { !StemName.standard.contains($0) }) {
            throw Failure(
                .backendBadStems, "the built-in separator makes no stem \(Printable(unknown.rawValue))",
                hint: "it makes \(StemName.standard.map(\.rawValue).joined(separator: ", "))", remedy: .reject)
        }
        guard !stems.isEmpty else {
            throw Failure(.backendBadStems, "no stem is asked for", remedy: .reject)
        }
        return StemName.standard.filter(stems.contains)
    }

    private func check(_ format: AudioFormat) throws(Failure) {
        guard (1...2).contains(format.channels) else {
            throw Failure(
                .audioChannels,
                "\(name) has \(format.channels) channels, and the built-in separator takes one or two",
                hint: "mix it down to stereo", remedy: .reject)
        }
        guard (8000...192_000).contains(format.sampleRate) else {
            throw Failure(
                .audioRate,
                "\(name) is at \(format.sampleRate) Hz, and the built-in separator takes 8000 to 192000 Hz",
                hint: "resample it, to 44100 Hz for example", remedy: .reject)
        }
    }

    private func cancelled() -> Failure {
        Failure(.jobCancelled, "separating \(name) was cancelled", remedy: .hold(until: .person))
    }

    private var name: Printable { Printable(input.lastComponent.map { FilePath(root: nil, [$0]) } ?? input) }
}
