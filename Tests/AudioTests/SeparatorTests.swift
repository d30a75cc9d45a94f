// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Audio

struct SeparatorTests {
    /// All stems of `mix`, interleaved, with the mix cut into blocks of `block` frames.
    private func separate(_ mix: [Float], rate: Int = 44_100, channels: Int = 2, block: Int = 4096) -> [[Float]] {
        let separator = Separator(sampleRate: rate, channels: channels, stems: StemName.standard)
        var stems = [[Float]](repeating: [], count: 4)
        func drain() {
            for i in 0..<4 {
                for sample in separator.waiting(i) {
                    stems[i].append(sample.x)
                    if channels == 2 { stems[i].append(sample.y) }
                }
            }
            separator.removeFirst(separator.ready)
        }
        mix.withUnsafeBufferPointer { samples in
            for start in stride(from: 0, to: mix.count, by: block * channels) {
                separator.push(UnsafeBufferPointer(rebasing: samples[start..<min(start + block * channels, mix.count)]))
                drain()
            }
        }
        while separator.finishPart() { drain() }
        return stems
    }

    private func residual(_ stems: [[Float]], _ mix: [Float]) -> Float {
        mix.indices.reduce(0) { max($0, abs(stems[0][$1] + stems[1][$1] + stems[2][$1] + stems[3][$1] - mix[$1])) }
    }

    @Test func `blocks of any size give the same stems, bit for bit`() {
        let song = SyntheticSong(frames: 30_000)
        let whole = separate(song.mix, block: 100_000)
        for block in [1, 7, 4096] { #expect(separate(song.mix, block: block) == whole) }
    }

    @Test(arguments: [1, 2, 100, 1023, 4095, 5000])
    func `a signal shorter than its frames comes back whole`(frames: Int) {
        let song = SyntheticSong(frames: frames)
        let stems = separate(song.mix)
        #expect(stems.allSatisfy { $0.count == frames * 2 })
        #expect(residual(stems, song.mix) < 1e-6)
    }

    @Test func `nothing in, nothing out`() {
        #expect(separate([]) == [[], [], [], []])
        let silence = [Float](repeating: 0, count: 20_000)
        #expect(separate(silence) == [silence, silence, silence, silence])
    }

    @Test(arguments: [
        8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 37_800, 44_100, 47_999, 48_000, 88_200, 96_000, 176_400,
        192_000,
    ])
    func `stems sum to the mix at every rate`(rate: Int) {
        for channels in [1, 2] {
            let song = SyntheticSong(frames: rate / 4, sampleRate: rate, channels: channels)
            let stems = separate(song.mix, rate: rate, channels: channels)
            #expect(stems.allSatisfy { $0.count == song.mix.count })
            #expect(residual(stems, song.mix) < 2e-6)
        }
    }

    @Test func `samples that are not finite count as silence, and none comes out`() {
        var mix = SyntheticSong(frames: 20_000).mix
        var mended = mix
        let odd: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .signalingNaN, -0x1p41]
        for (i, sample) in odd.enumerated() {
            mix[5000 + 777 * i] = sample
            mended[5000 + 777 * i] = 0
        }
        #expect(separate(mix) == separate(mended))
        // The loudest that counts does not overflow.
        mix = mended
        mix[9000] = 0x1p40
        #expect(separate(mix).allSatisfy { $0.allSatisfy(\.isFinite) })
    }

    @Test(arguments: [8000, 44_100, 192_000])
    func `it looks ahead by less than two seconds, and holds no more than that`(rate: Int) {
        let separator = Separator(sampleRate: rate, channels: 1, stems: [.drums])
        let block = [Float](repeating: 0.1, count: rate / 10)
        var read = 0
        for tenth in 1...60 {
            block.withUnsafeBufferPointer { separator.push($0) }
            read += separator.ready
            separator.removeFirst(separator.ready)
            #expect(tenth * block.count - read < 2 * rate)
        }
    }

    @Test func `each known stem comes out far better than a quarter of the mix`() {
        let song = SyntheticSong(frames: 6 * 44_100)
        let stems = separate(song.mix)
        for (index, name) in StemName.standard.enumerated() {
            let quarter = distortionRatio(song.mix.map { Double($0) / 4 }, of: song.stems[index])
            let got = distortionRatio(stems[index].map(Double.init), of: song.stems[index])
            #expect(got > quarter + 3, "\(name): \(got) dB against \(quarter) dB")
        }
    }

    /// 10·log₁₀(|s|² / |s − e|²), dB.
    private func distortionRatio(_ estimate: [Double], of stem: [Double]) -> Double {
        var (signal, error) = (0.0, 0.0)
        for (s, e) in zip(stem, estimate) {
            signal += s * s
            error += (s - e) * (s - e)
        }
        return 10 * log10(signal / error)
    }
}
