// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Audio

struct StemMasksTests {
    private let size = FrameSize(near: 4096)

    private func masks(fineTime: Float, main: Float, fineFrequency: Float, centre: Float?) -> StemMasks {
        let masks = StemMasks(size, sampleRate: 44_100)
        let all = VectorBuffer<Float>(2052 * 4)
        for (row, value) in [fineTime, main, fineFrequency, centre ?? 0].enumerated() {
            (all.start + row * 2052).update(repeating: value, count: 2052)
        }
        masks.update(
            from: .init(
                fineTime: all.start, main: all.start + 2052, fineFrequency: all.start + 4104,
                centre: centre.map { _ in UnsafePointer(all.start + 6156) }))
        return masks
    }

    @Test(arguments: [Float(-1), 0, 0.3, 1, 2])
    func `masks lie in 0…1 and sum to one, whatever is measured`(share: Float) {
        let masks = masks(fineTime: share, main: 1 - share, fineFrequency: share, centre: share)
        for k in 0..<size.bins {
            let values = StemName.standard.map { masks.mask(of: $0)[k] }
            #expect(values.allSatisfy { (0...1).contains($0) })
            #expect(abs(values.reduce(0, +) - 1) < 1e-6)
        }
    }

    @Test(arguments: [
        // percussive, fine frequency, centre, hertz, stem
        (Float(0.9), Float(0.9), Float(0.5), 3000.0, StemName.drums),
        (0.05, 0.05, 0.99, 80, .bass),
        (0.1, 0.5, 0.99, 1000, .vocals),
        (0.05, 0.2, 0.05, 1000, .other),
    ])
    func `the leading stem is the one that a musician would name`(
        percussive: Float, fineFrequency: Float, centre: Float, hertz: Double, stem: StemName
    ) {
        let masks = masks(fineTime: percussive, main: percussive, fineFrequency: fineFrequency, centre: centre)
        let bin = Int(hertz * 4096 / 44_100)
        #expect(StemName.standard.max { masks.mask(of: $0)[bin] < masks.mask(of: $1)[bin] } == stem)
    }

    @Test func `one channel counts as all centre`() {
        let mono = masks(fineTime: 0.2, main: 0.3, fineFrequency: 0.4, centre: nil)
        let centred = masks(fineTime: 0.2, main: 0.3, fineFrequency: 0.4, centre: 1)
        for stem in StemName.standard { #expect(mono.mask(of: stem)[100] == centred.mask(of: stem)[100]) }
    }
}
