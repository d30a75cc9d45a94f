// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Carries a mix through the ``Separator`` into the files of its stems, one bounded step at a time.
final class SeparationRun {
    private let mix: MixReader
    private let separator: Separator
    /// How many of the stems the separator computes. When all four are wanted, the last is the mix less the others.
    private let computed: Int
    /// The samples of each stem on their way to its file.
    private let columns: [Column]
    private var hasEnded = false

    private final class Column {
        let samples: VectorBuffer<Double>
        init(_ count: Int) { samples = VectorBuffer(count) }
    }

    /// - Parameter stems: in the order of ``StemName/standard``.
    init(_ mix: MixReader, stems: [StemName]) {
        self.mix = mix
        computed = stems.count == StemName.standard.count ? stems.count - 1 : stems.count
        separator = Separator(
            sampleRate: mix.format.sampleRate, channels: mix.format.channels, stems: Array(stems[..<computed]))
        columns = stems.map { _ in Column(MixReader.blockFrames * mix.format.channels) }
    }

    /// Reads a block, or after the end takes a part of what the separator still holds, and writes the finished samples.
    /// Returns false when everything has been written.
    func step(writing files: StemFiles) throws(Failure) -> Bool {
        if !hasEnded, let block = try mix.next() {
            separator.push(block)
        } else {
            hasEnded = true
            guard separator.finishPart() else { return false }
        }
        while separator.ready > 0 { try write(min(separator.ready, MixReader.blockFrames), to: files) }
        return true
    }

    private func write(_ frames: Int, to files: StemFiles) throws(Failure) {
        let channels = mix.format.channels
        let count = frames * channels
        for index in 0..<computed {
            let samples = columns[index].samples.start
            let waiting = separator.waiting(index)
            if channels == 2 {
                for i in 0..<frames {
                    (samples[2 * i], samples[2 * i + 1]) = (Double(waiting[i].x), Double(waiting[i].y))
                }
            } else {
                for i in 0..<frames { samples[i] = Double(waiting[i].x) }
            }
            mix.grid.round(UnsafeMutableBufferPointer(start: samples, count: count))
        }
        if computed < columns.count, let exact = mix.exact.waiting.baseAddress {
            mix.grid.leave(
                to: columns[computed].samples.start, of: exact,
                others: columns[..<computed].map { $0.samples.start }, count: count)
        }
        for (index, column) in columns.enumerated() {
            try files.write(UnsafeBufferPointer(start: UnsafePointer(column.samples.start), count: count), to: index)
        }
        separator.removeFirst(frames)
        mix.exact.removeFirst(count)
    }
}
