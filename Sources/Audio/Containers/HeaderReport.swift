// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a file's headers declare, compared with the file. All knowledge of how formats misreport is here.
struct HeaderReport: Hashable, Sendable {
    var completeness = Completeness.unproven
    /// Oddities that stop nothing, each a clause about the file: "its header declares no audio".
    var warnings: [String] = []
    /// As declared; `nil` when the header was not understood.
    var channels: Int?
    /// Hz, as declared.
    var sampleRate: Int?
    /// Frames, where a header that is read here declares them.
    var frames: Int64?
    /// The bytes that a decoder must read instead, to find audio that the header does not declare.
    var overlay: ByteSource.Overlay?
    /// The content that no decoder here reads, by its usual name.
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
