// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What the process does that reads the audio: `stemlab separate`, one a job.
///
/// It confines itself before it opens the upload (``Sandbox``), makes sure that the audio is whole and no longer than was
/// declared, and separates it.
public enum SeparationChild {
    /// The subcommand of our own program that calls ``run(_:)``.
    public static let subcommand = "separate"

    /// What it may use.
    public struct Bounds: Hashable, Sendable {
        /// Bytes of address space.
        public var memory: UInt64
        /// Seconds of processor time.
        public var processorTime: UInt64
        /// Bytes of one file.
        public var fileSize: UInt64

        public init(memory: UInt64, processorTime: UInt64, fileSize: UInt64) {
            self.memory = memory
            self.processorTime = processorTime
            self.fileSize = fileSize
        }
    }

    /// Does it, on the calling thread, which must be the only one. What came of it is said on standard output.
    /// - Returns: what the process is to exit with.
    public static func run(_ work: ComputeWork, within bounds: Bounds) -> Int32 {
        do throws(Failure) {
            try Sandbox(
                readable: work.input.removingLastComponent(), writable: work.output, addressSpace: bounds.memory,
                processorTime: bounds.processorTime, fileSize: bounds.fileSize
            ).enter()
        } catch {
            say(ChildReport.fault(error))
            return 1
        }
        do throws(Failure) {
            say(ChildReport.decoded(try separate(work)))
            return 0
        } catch {
            say(error.code.rawValue.hasPrefix("audio.") ? ChildReport.refused(error) : ChildReport.fault(error))
            return 1
        }
    }

    private static func separate(_ work: ComputeWork) throws(Failure) -> AudioDuration {
        let inspected = try inspect(work)
        var shown = 0.0
        let report = try Separation(
            input: work.input, output: work.output, stems: work.stems, format: work.format
        ).run { share in
            guard share - shown >= 0.01 else { return }
            shown = share
            say(ChildReport.progress(share))
        }
        // Two decoders may differ by a few frames of a lossy stream; nobody pays for more than was reserved.
        return min(max(report.duration, inspected), work.limit)
    }

    /// Decodes all of it once, for nothing but its length: a header may lie.
    private static func inspect(_ work: ComputeWork) throws(Failure) -> AudioDuration {
        let file = try Files.openRegular(work.input)
        defer { file.closeQuietly() }
        let inspector = try Inspector(file, name: "upload")
        let rate = inspector.claim.sampleRate ?? 0
        let (whole, rest) = work.limit.milliseconds.quotientAndRemainder(dividingBy: 1000)
        let (frames, overflow) = whole.multipliedReportingOverflow(by: Int64(rate))
        guard let inspection = try inspector.run(limit: overflow ? .max : frames + rest * Int64(rate) / 1000 + 1),
            inspection.duration <= work.limit
        else {
            throw Failure(
                Self.longerThanDeclared, "upload has more audio than the \(work.limit) that were declared",
                remedy: .reject)
        }
        guard inspection.frames > 0 else {
            throw Failure(.audioTooShort, "upload has no audio in it", remedy: .reject)
        }
        return inspection.duration
    }

    private static let longerThanDeclared = FailureCode(rawValue: "audio.longer_than_declared")

    /// One `write` a line. A reader that is gone has ended this process, or is about to.
    private static func say(_ line: String) { _ = try? FileDescriptor.standardOutput.writeAll(Array(line.utf8)) }
}
