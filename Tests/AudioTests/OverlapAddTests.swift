// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Audio

struct OverlapAddTests {
    /// Without a frame of silence on both sides, the first and the last quarter frame do not sum.
    @Test(arguments: [1, 63, 64, 1000, 1037])
    func `an analysed signal comes back, from the first sample to the last`(count: Int) {
        let size = FrameSize(near: 256)
        let (analysis, synthesis) = (FrameAnalysis(size), OverlapAdd(size))
        let signal = (0..<count).map { Complex(Float($0 % 37) - 18, Float($0 % 11) - 5) }
        var got: [Complex] = []
        signal.withUnsafeBufferPointer { samples in
            for start in stride(from: 0, to: count, by: 29) {
                var block = UnsafeBufferPointer(rebasing: samples[start..<min(start + 29, count)])
                while analysis.take(&block) { got += synthesis.add(analysis.spectrum.start) }
            }
        }
        while analysis.takeSilence() { got += synthesis.add(analysis.spectrum.start) }
        #expect(got.count >= count)
        for (a, b) in zip(signal, got) {
            #expect(abs(a.x - b.x) < 1e-4 && abs(a.y - b.y) < 1e-4)
        }
    }
}
