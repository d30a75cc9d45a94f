// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Audio

struct FrameSizeTests {
    @Test func `frames are those of the method at the rate it was fitted at`() {
        #expect([1024, 4096, 16_384].map { FrameSize($0, at: 44_100).length } == [1024, 4096, 16_384])
    }

    @Test(arguments: [8000, 11_025, 22_050, 32_000, 48_000, 88_200, 96_000, 176_400, 192_000])
    func `at other rates a frame lasts as long to a few percent`(rate: Int) {
        for length in [1024, 4096, 16_384] {
            let size = FrameSize(length, at: rate)
            let ratio = Double(size.length) / Double(rate) / (Double(length) / 44_100)
            #expect(abs(ratio - 1) < 0.05)
            #expect(size.length % 4 == 0)
            #expect(size.hop * 4 == size.length)
        }
    }

    @Test func `lengths have no prime factor above five`() {
        #expect(FrameSize(near: 743).length == 720)
        #expect(FrameSize(near: 4458).length == 4500)
        #expect(FrameSize(near: 17_833).length == 18_000)
        // Two are equally near.
        #expect(FrameSize(near: 38).length == 36)
    }
}
