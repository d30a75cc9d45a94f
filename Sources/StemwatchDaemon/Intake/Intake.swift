// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Opens a settled file, decodes it to its end and reports what it is: a track, a file that is not whole, or none.
///
/// Only the content of the file decides on a verdict. What keeps it from being read (an I/O error, no descriptors
/// left, no memory) is thrown with a remedy, and is no verdict on the file.
struct Intake: Sendable {
    private let pool: BlockingPool

    init(pool: BlockingPool = .shared) { self.pool = pool }

    /// Reads the file once, on a thread of the pool, in memory that does not grow with it.
    ///
    /// Limits are checked on the size, then on what the header claims, then on what was decoded, so that a header that
    /// claims days costs nothing and one that hides them is found out.
    /// - Parameters:
    ///   - path: absolute. Not followed when it is a link.
    ///   - identity: what the file settled with.
    /// - Throws: `source.changed` when it is another file now, or changed while it was read (remedy: settle again);
    ///   `source.gone`, `source.not_regular`, `source.unreadable`, `system.io`, `system.limit`; `job.cancelled` when
    ///   the task was, within some milliseconds.
    func examine(
        _ path: FilePath, expecting identity: FileIdentity, limits: IntakeLimits
    ) async throws(Failure) -> Examination {
        try await pool.run(cancellable: { (isCancelled) throws(Failure) in
            try Self.examine(path, expecting: identity, limits, isCancelled)
        })
    }

    private static func examine(
        _ path: FilePath, expecting identity: FileIdentity, _ limits: IntakeLimits,
        _ isCancelled: () -> Bool
    ) throws(Failure) -> Examination {
        let descriptor = try Files.openRegular(path)
        defer { descriptor.closeQuietly() }
        let name = path.lastComponent.map { FilePath(root: nil, [$0]) } ?? path
        // It may have been renamed, or its share mounted again, since it settled.
        let opened = try FileIdentity(of: descriptor)
        guard opened.hasSameContent(as: identity) else { throw changed(name) }
        let verdict: Examination
        do throws(Failure) {
            verdict = .sound(try IntakeCheck(limits, name).facts(of: descriptor, size: opened.size, isCancelled))
        } catch  where error.code == .audioIncomplete {
            verdict = .incomplete(error)
        } catch  where IntakeCheck.verdicts.contains(error.code) {
            verdict = .rejected(error)
        }
        // A verdict on bytes that changed meanwhile does not count. The path may also lead elsewhere by now.
        guard try FileIdentity(of: descriptor) == opened, try FileIdentity.at(path) == opened else {
            throw changed(name)
        }
        return verdict
    }

    private static func changed(_ name: FilePath) -> Failure {
        Failure(.sourceChanged, "\(Printable(name)) changed while it was looked at", remedy: .retry(after: .zero))
    }
}

/// What intake found in a settled file.
enum Examination: Sendable {
    case sound(TrackFacts)
    /// More is declared than there is: it goes back to settling, and re-arms when the file changes.
    case incomplete(Failure)
    /// Never separable as it is. The failure's remedy is `reject`.
    case rejected(Failure)
}
