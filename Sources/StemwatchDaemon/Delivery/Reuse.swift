// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Takes the stems of an earlier delivery for a new one.
enum Reuse {
    /// Copies them into `target`, and proves that the copies are what was delivered.
    ///
    /// Hard links are not used: a person who edits a stem in one folder would edit it in the other.
    static func copy(_ earlier: Delivered, into target: FilePath) throws(Failure) -> [StagedStem] {
        var staged: [StagedStem] = []
        for stem in earlier.stems {
            let source = earlier.output.appending(stem.file)
            let copy = target.appending(stem.file)
            do throws(Failure) { try Files.copy(from: source, to: copy) } catch {
                switch error.code {
                case .sourceGone, .sourceNotRegular, .sourceUnreadable: throw missing(source, "is not there to be read")
                default: throw error
                }
            }
            // The copy will be delivered, so the copy is checked: the original may change after a check of its own.
            let digest = try Failure.translating("reading", copy) {
                let file = try FileDescriptor.open(copy, .readOnly, options: [.noFollow, .closeOnExec])
                return try file.closeAfter { try FileDigest.of(file).digest }
            }
            guard digest == stem.digest else { throw missing(source, "is no longer what was delivered") }
            staged.append(StagedStem(name: stem.name, file: copy))
        }
        return staged
    }

    /// What separated them, by their manifest; `nil`: there is none of ours any more.
    static func model(of earlier: Delivered) throws(Failure) -> String? {
        let path = earlier.output.appending(StemManifest.file)
        return try SmallFile.read(path, atMost: StemManifest.sizeLimit).flatMap { StemManifest($0)?.model }
    }

    private static func missing(_ file: FilePath, _ what: String) -> Failure {
        Failure(
            .duplicateStemsMissing, "\(Printable(file)), a stem of the same audio, \(what)",
            hint: "`stemwatch retry JOB` separates the track again", remedy: .retry(after: nil))
    }
}
