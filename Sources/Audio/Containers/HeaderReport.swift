// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a file's own headers say, held against the file: the one place that knows which formats lie how.
struct HeaderReport: Hashable, Sendable {
    var completeness = Completeness.unproven
    /// Oddities that stop nothing, each a clause about the file: "its header declares no audio".
    var warnings: [String] = []
    /// As declared; `nil` when the header was not understood.
    var channels: Int?
    /// Hz, as declared.
    var sampleRate: Int?
    /// Frames, where a header of ours to read declares them.
    var frames: Int64?
    /// What a decoder must read instead, to find the audio that a header never came to declare.
    var overlay: ByteSource.Overlay?
    /// What is in it that nothing here decodes, by the name a person calls it.
    var unsupported: String?

    /// Reads headers and, for some formats, up to a few hundred kilobytes at the end. Errors stay in `source`.
    static func of(_ source: ByteSource, _ container: Container) -> HeaderReport {
        guard source.length > 0 else { return HeaderReport(completeness: .missing(1, 0)) }
        return switch container {
        case .wav: RIFF.report(of: source)
        case .rf64, .bw64: RIFF.report(of: source)
        case .wave64: Wave64.report(of: source)
        case .aiff: AIFF.report(of: source)
        case .au: AU.report(of: source)
        case .caf: CAF.report(of: source)
        case .flac: FLAC.report(of: source)
        case .ogg: Ogg.report(of: source)
        case .mpeg: MPEG.report(of: source)
        case .foreign, .unknown: HeaderReport()
        }
    }
}
