// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import Synchronization
import SystemPackage
import TestKit
import Testing

/// `kill -9` of the daemon and of the service, each at random moments, independent of the other. `STEMWATCH_TORTURE`
/// sets the number of kills (`scripts/torture`); few without it.
@Suite(.serialized) struct KilledTogetherTests {
    @Test(.timeLimit(.minutes(30)))
    func `when both are killed at random, each song is delivered and charged once, and nothing stays reserved`()
        async throws
    {
        var generator = SeededGenerator(seed: TortureSetting.seed)
        let most = TortureSetting.kills ?? 10
        print("torture: \(most) random kills of daemon and service, STEMWATCH_TORTURE_SEED=\(TortureSetting.seed)")
        var (kills, round) = (0, 0)
        while kills < most {
            let batch = try ServedBatch()
            try await batch.own.open(minutes: 1)
            let seeds = [generator.next(), generator.next()]
            let killed = try await batch.live(killing: most - kills, seeds: seeds)
            try await batch.finish()
            let faults = try await batch.faults()
            print("torture: daemon and service, round \(round): \(killed) kills, \(faults.count) faults")
            #expect(faults.isEmpty, "round \(round), STEMWATCH_TORTURE_SEED=\(TortureSetting.seed): \(faults)")
            kills += killed
            round += 1
        }
    }
}
