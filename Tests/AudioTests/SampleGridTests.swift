// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Audio

struct SampleGridTests {
    /// Every value of three stems and the mix at and beyond the edges of an integer format.
    @Test(arguments: [8, 16, 24, 32])
    func `integer stems sum to the mix exactly, at full scale and past it too`(bits: Int) {
        let grid = SampleGrid(.integer(bits: bits))
        let scale = Double(1 << (bits - 1))
        let edges = [-3, -1, -1 + 1 / scale, -0.4, 0, 0.3, 1 - 1 / scale, 1, 2.5]
        for mix in [-1, -0.999, -1 / scale, 0, 0.5, 1 - 1 / scale] {
            for a in edges {
                for b in edges {
                    for c in edges {
                        var mix = [mix]
                        mix.withUnsafeMutableBufferPointer { _ = grid.round($0) }
                        let stems = split(mix[0], into: [a, b, c], on: grid)
                        #expect(stems.reduce(0, +) == mix[0])
                        #expect(stems.allSatisfy { $0 >= -1 && $0 < 1 && ($0 * scale).rounded() == $0 * scale })
                    }
                }
            }
        }
    }

    @Test func `rounding is to the nearest, and samples beyond full scale are clipped and counted`() {
        var samples = [0.4 / 32768, 0.6 / 32768, -0.6 / 32768, 1.5, -1.5, 32767.3 / 32768]
        let clipped = samples.withUnsafeMutableBufferPointer { SampleGrid(.integer(bits: 16)).round($0) }
        #expect(samples.map { $0 * 32768 } == [0, 1, -1, 32767, -32768, 32767])
        #expect(clipped == 2)
    }

    @Test func `floats are neither clipped nor moved`() {
        var samples = [1.5, Double(Float(0.1))]
        #expect(samples.withUnsafeMutableBufferPointer { SampleGrid(.float(bits: 32)).round($0) } == 0)
        #expect(samples == [1.5, Double(Float(0.1))])
        #expect(split(7, into: [1, 2, 3], on: SampleGrid(.float(bits: 64))) == [1, 2, 3, 1])
    }

    private func split(_ mix: Double, into others: [Double], on grid: SampleGrid) -> [Double] {
        let room = VectorBuffer<Double>(5)
        room.start[0] = mix
        for (i, other) in others.enumerated() { room.start[i + 1] = other }
        _ = grid.round(UnsafeMutableBufferPointer(start: room.start + 1, count: 3))
        grid.leave(
            to: room.start + 4, of: room.start, others: (1...3).map { room.start + $0 }, count: 1)
        return (1...4).map { room.start[$0] }
    }
}
