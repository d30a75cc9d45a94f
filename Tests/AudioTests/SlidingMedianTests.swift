// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Audio

struct SlidingMedianTests {
    /// The reference for both: sorts each window, with edges repeated.
    private static func plain(_ values: [Float], window: Int) -> [Float] {
        values.indices.map { i in
            (-window / 2...window / 2).map { values[min(max(i + $0, 0), values.count - 1)] }.sorted()[window / 2]
        }
    }

    private static func noise(_ count: Int, seed: UInt32) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            // Few different values: equal ones must not confuse a window that removes by value.
            return Float(state >> 24) / 16
        }
    }

    @Test(arguments: [1, 3, 9, 17, 33], [1, 2, 7, 40])
    func `the median over time is that of each sorted window`(window: Int, frames: Int) {
        let bins = 6
        let rows = (0..<bins).map { Self.noise(frames, seed: UInt32($0 + 1)) }
        let median = MedianOverTime(bins: bins, window: window)
        var got: [[Float]] = []
        let output = VectorBuffer<Float>(bins)
        func collect() {
            median.medians(into: output.start)
            #expect((0..<bins).map { median.magnitudes[$0] } == rows.map { $0[median.current] })
            got.append((0..<bins).map { output.start[$0] })
        }
        for frame in 0..<frames {
            let column = VectorBuffer<Float>(bins)
            for bin in 0..<bins { column.start[bin] = rows[bin][frame] }
            if median.push(column.start) { collect() }
        }
        for _ in 0..<median.lag where median.pushLast() { collect() }
        let wanted = rows.map { Self.plain($0, window: window) }
        #expect(got == (0..<frames).map { frame in wanted.map { $0[frame] } })
    }

    @Test(arguments: [1, 3, 15, 31, 61], [5, 64, 129, 2049])
    func `the median over frequency is that of each sorted window`(window: Int, bins: Int) {
        let values = Self.noise(bins, seed: UInt32(bins))
        let output = VectorBuffer<Float>(bins)
        MedianOverFrequency(bins: bins, window: window).filter(values, into: output.start)
        #expect((0..<bins).map { output.start[$0] } == Self.plain(values, window: window))
    }
}
