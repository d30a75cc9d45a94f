// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import TestKit
import Testing

/// `STEMWATCH_TORTURE` sets the number of random kills; a kill at every line follows (`scripts/torture`). Few without
/// it. `STEMWATCH_TORTURE_SEED` repeats the moments of an earlier run.
enum TortureSetting {
    private static func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
    static let kills = number("STEMWATCH_TORTURE").map { Int($0) }
    static let seed = number("STEMWATCH_TORTURE_SEED") ?? .random(in: 0...UInt64(UInt32.max))
    static let variants: [TortureBatch.Variant] = [
        .init(), .init(isBilled: true), .init(isBilled: true, movesSources: true),
    ]
}

@Suite(.serialized) struct TortureTests {
    @Test(.timeLimit(.minutes(30)))
    func `when the daemon is killed at random, each song is delivered once and paid for once`() async throws {
        var generator = SeededGenerator(seed: TortureSetting.seed)
        var left = TortureSetting.kills ?? 12
        var round = 0
        print("torture: \(left) random kills, STEMWATCH_TORTURE_SEED=\(TortureSetting.seed)")
        while left > 0 {
            let batch = try TortureBatch(TortureSetting.variants[round % TortureSetting.variants.count])
            var moments: [CrashMoment] = []
            try batch.drop(8)
            while left > 0, !batch.isOver {
                let moment = CrashMoment.random(within: .milliseconds(700), using: &generator)
                moments.append(moment)
                left -= 1
                try await batch.live(until: moment, dropping: 2)
            }
            try await conclude(batch, "round \(round)", moments)
            round += 1
        }
    }

    @Test(.timeLimit(.minutes(30)), arguments: TortureSetting.kills == nil ? [0, 1] : [0, 1, 2])
    func `a daemon killed after any line of its ledger continues from there`(_ number: Int) async throws {
        let batch = try TortureBatch(TortureSetting.variants[number])
        try batch.drop(10)
        var kills = 0
        let most = TortureSetting.kills == nil ? 6 : 2000
        while kills < most, !batch.isOver {
            try await batch.live(until: .line(1), dropping: kills % 3 == 0 ? 1 : 0)
            kills += 1
        }
        try await conclude(batch, "every line", [])
        print("torture: \(kills) kills, one after each line of the ledger (\(batch.variant))")
    }

    private func conclude(_ batch: TortureBatch, _ what: String, _ moments: [CrashMoment]) async throws {
        try await batch.finish()
        let faults = try await TortureVerdict(batch).faults
        if !moments.isEmpty {
            print("torture: \(what) (\(batch.variant)): \(moments.count) kills, \(faults.count) faults")
        }
        #expect(
            faults.isEmpty,
            """
            \(what) (\(batch.variant)), STEMWATCH_TORTURE_SEED=\(TortureSetting.seed), killed \(moments):
            \(faults.joined(separator: "\n"))
            """)
    }
}
