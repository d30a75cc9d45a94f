// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Audio

struct HarmonicSplitTests {
    private func harmonicEnergy(of signal: [Complex]) -> Float {
        let split = HarmonicSplit.fineInTime(sampleRate: 44_100, channels: 2)
        signal.withUnsafeBufferPointer { split.push($0) }
        split.finish()
        #expect(split.output.count == signal.count)
        return energy(split.output.waiting) / signal.withUnsafeBufferPointer(energy)
    }

    private func energy(_ samples: UnsafeBufferPointer<Complex>) -> Float {
        samples.reduce(0) { $0 + $1.x * $1.x + $1.y * $1.y }
    }

    @Test func `a steady tone is harmonic`() {
        let tone = (0..<44_100).map { Complex(repeating: sin(Float($0) * 0.1)) }
        #expect(harmonicEnergy(of: tone) > 0.95)
    }

    @Test func `clicks are not`() {
        let clicks = (0..<44_100).map { Complex(repeating: $0 % 11_025 == 5000 ? 1 : 0) }
        #expect(harmonicEnergy(of: clicks) < 0.05)
    }
}
