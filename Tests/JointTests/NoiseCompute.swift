// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit

@testable import StemlabService

/// Returns stems at once: each of different noise, with the declared length of the track.
struct NoiseCompute: Compute {
    let model = "noise"
    let stems = StemName.standard

    static func sound(of stem: StemName, _ length: AudioDuration) -> AudioFixture {
        let seed = StemName.standard.firstIndex(of: stem) ?? 0
        return AudioFixture(.wav16, .noise(seed: UInt64(100 + seed)), seconds: Double(length.milliseconds) / 1000)
    }

    func separate(
        _ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome {
        try await BlockingPool.shared.run { () throws(Failure) in
            for stem in work.stems {
                Self.sound(of: stem, work.limit).write(
                    to: work.output.appending("\(stem.rawValue).\(work.format.fileExtension)"))
            }
        }
        return .separated(work.limit)
    }
}
