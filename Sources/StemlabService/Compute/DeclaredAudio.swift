// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Proves that an upload is whole audio, and no longer than was declared.
enum DeclaredAudio {
    /// Decodes all of it once, for nothing but its length: a header may lie. For a confined process.
    static func inspect(_ work: ComputeWork) throws(Failure) -> Inspection {
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
        return inspection
    }

    private static let longerThanDeclared = FailureCode(rawValue: "audio.longer_than_declared")
}
