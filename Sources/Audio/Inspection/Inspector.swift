// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Reads a file once, front to back in bounded memory, and reports whether it is complete, what it contains, and its
/// digests.
///
/// Blocks while it reads: call it on a thread that may block. One thread at a time.
public final class Inspector {
    /// What the header claims, as far as the decoder believes it.
    public let claim: AudioClaim

    private let source: ByteSource
    private let reader: AudioReader
    private let report: HeaderReport
    private let name: FilePath

    /// Reads the header only.
    /// - Parameters:
    ///   - descriptor: of a regular file, open for reading. Stays the caller's to close, after this inspector is gone.
    ///   - name: of the file, for messages.
    ///   - check: called with the header's claim before a decoder is opened, and again with the decoder's claim; throws
    ///     to stop.
    /// - Throws: `audio.incomplete`, `audio.unsupported`, `audio.not_audio`, `audio.broken`; `system.io` when it cannot
    ///   be read; what `check` throws.
    public init(
        _ descriptor: FileDescriptor, name: FilePath, check: (AudioClaim) throws(Failure) -> Void = { _ in }
    ) throws(Failure) {
        let length = try FileStatus.of(descriptor).identity.size
        guard length > 0 else { throw .empty(name) }
        source = ByteSource(descriptor, length: length, hashing: true)
        let container = Container.of(source)
        report = HeaderReport.of(source, container)
        if let error = source.error { throw .unreadable(error, name) }
        if case .incomplete(let shortfall) = report.completeness, report.unsupported == nil {
            throw .incomplete(shortfall, report.sampleRate, name)
        }
        try check(
            AudioClaim(
                kind: container.name, sampleRate: report.sampleRate, channels: report.channels,
                frames: report.frames))
        reader = try AudioReader(source, container, report, name)
        claim = AudioClaim(
            kind: reader.kind, sampleRate: reader.format.sampleRate, channels: reader.format.channels,
            frames: reader.declaredFrames)
        self.name = name
        try check(claim)
    }

    /// Decodes everything. Call it once.
    /// - Parameters:
    ///   - limit: frames; when there are more, decoding stops.
    ///   - isCancelled: called between blocks of some ten milliseconds' work.
    /// - Returns: `nil` when there are more frames than `limit`.
    /// - Throws: `audio.incomplete`, `audio.broken`, `audio.unsupported`; `system.io` when it cannot be read;
    ///   `job.cancelled`.
    public func run(limit: Int64 = .max, isCancelled: () -> Bool = { false }) throws(Failure) -> Inspection? {
        let pass = DecodingPass(reader)
        do throws(Failure) {
            while try pass.step() {
                if pass.frames > limit { return nil }
                guard !isCancelled() else {
                    throw Failure(
                        .jobCancelled, "looking at \(Printable(name)) was stopped", remedy: .retry(after: nil))
                }
            }
        } catch  where error.code == .audioBroken && isCutOff(at: pass.frames) {
            throw .endsEarly(pass.frames, reader.declaredFrames ?? 0, reader.format.sampleRate, name)
        }
        try checkLength(pass.frames)
        guard let bytesDigest = source.digest() else { throw .unreadable(source.error ?? .ioError, name) }
        return Inspection(
            kind: reader.kind, format: reader.format, frames: pass.frames, bytesDigest: bytesDigest,
            audioDigest: pass.digest.finish(), peak: pass.meter.peak, nonFinite: pass.meter.nonFinite,
            warnings: report.warnings + lengthWarnings(pass.frames))
    }

    /// Whether a decoder stopped because the file ends.
    private func isCutOff(at frames: Int64) -> Bool {
        report.completeness != .complete && source.position >= source.length && (reader.declaredFrames ?? 0) > frames
    }

    /// Fewer frames than declared: the file is cut off, or, when its end is there, damaged before that.
    private func checkLength(_ frames: Int64) throws(Failure) {
        guard let declared = reader.declaredFrames, frames < declared - tolerance else { return }
        throw report.completeness == .complete
            ? .damaged(name) : .endsEarly(frames, declared, reader.format.sampleRate, name)
    }

    private func lengthWarnings(_ frames: Int64) -> [String] {
        guard let declared = report.frames ?? reader.declaredFrames, abs(frames - declared) > tolerance else {
            return []
        }
        let rate = reader.format.sampleRate
        let claimed = AudioDuration(frames: declared, sampleRate: rate),
            held = AudioDuration(frames: frames, sampleRate: rate)
        return ["its header declares \(claimed) of audio, and it has \(held)"]
    }

    /// Frames by which decoders of the same MPEG stream honestly differ: the delay of one, and a frame at either end.
    private var tolerance: Int64 { reader.format.samples == .lossy && reader.kind.hasPrefix("MP") ? 4096 : 0 }
}
