// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// The one look that settling takes at a file. Opens it for reading, changes nothing, reads little more than its
/// header.
enum SettleProbe {
    /// Looks on a thread that may block.
    static func look(at path: FilePath) async -> ProbeResult {
        do throws(Failure) {
            return try await BlockingPool.shared.run { () throws(Failure) in examine(path) }
        } catch {
            return .unreadable(error)
        }
    }

    /// The same on this thread.
    static func examine(_ path: FilePath) -> ProbeResult {
        do throws(Failure) {
            let descriptor = try Files.openRegular(path)
            // Nothing was written through it: closing has nothing to report.
            defer { descriptor.closeQuietly() }
            let before = try FileIdentity(of: descriptor)
            if before.size == 0 { return .empty(before) }
            // `nil` where the file system grants no lease: then only the quiet time counts.
            if ReadLease.isBeingWritten(descriptor) == true { return .busy(before) }
            let name = path.lastComponent.map { FilePath(root: nil, [$0]) } ?? path
            let proof = proof(try Completeness.of(descriptor, name: name), name)
            // By name: the file there now must be the one that was opened.
            guard let after = try FileIdentity.at(path) else { return .gone }
            return after == before ? .quiet(after, proof) : .changed(after)
        } catch {
            switch error.code {
            case .sourceGone: return .gone
            case .sourceNotRegular: return .notRegular
            default: return .unreadable(error)
            }
        }
    }

    private static func proof(_ completeness: Completeness, _ name: FilePath) -> ProbeResult.Proof {
        switch completeness {
        case .complete: .complete
        case .unproven: .unproven
        case .incomplete(let shortfall):
            .incomplete(
                Failure(
                    .audioIncomplete,
                    "\(Printable(name)) declares \(shortfall.declared) \(shortfall.unit) and holds \(shortfall.actual)",
                    hint: "copy or export it again", remedy: .reject))
        }
    }
}
