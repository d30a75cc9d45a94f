// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Audio

struct CentreSimilarityTests {
    private func similarity(left: Float, right: Float) -> [Float] {
        let stereo = StereoSpectrum(length: 16, channels: 2)
        let centre = CentreSimilarity(stereo)
        // An impulse in each channel: all bins of a channel are the same.
        let spectrum = [Complex](repeating: Complex(left, right), count: 16)
        let previous = VectorBuffer<Float>(12)
        for _ in 0..<4 { centre.push(spectrum, previous: previous.start) }
        centre.finish(last: previous.start)
        return (0..<stereo.bins).map { previous.start[$0] }
    }

    @Test func `equal channels are central, one alone is not, and opposed channels give the contrary`() {
        #expect(similarity(left: 1, right: 1).allSatisfy { abs($0 - 1) < 1e-5 })
        #expect(similarity(left: 1, right: 0).allSatisfy { abs($0) < 1e-5 })
        #expect(similarity(left: 1, right: -1).allSatisfy { abs($0 + 1) < 1e-5 })
        #expect(similarity(left: 0, right: 0) == [Float](repeating: 0, count: 9))
    }
}
