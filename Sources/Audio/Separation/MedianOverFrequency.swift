// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The sliding median of one frame over an odd number of neighbouring bins, edges repeated.
///
/// The spectrum is cut into four stretches that slide side by side in the lanes of a vector.
final class MedianOverFrequency {
    private let bins: Int
    private let window: Int
    private let stretch: Int
    private let lanes: VectorBuffer<Vector>
    private let sorted: VectorBuffer<Vector>

    /// - Parameter window: bins, odd.
    init(bins: Int, window: Int) {
        precondition(window % 2 == 1)
        self.bins = bins
        self.window = window
        stretch = (bins + 3) / 4
        lanes = VectorBuffer(stretch + window - 1)
        sorted = VectorBuffer(window)
    }

    /// - Parameter output: as many as there are bins; may be the input.
    func filter(_ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
        spread(input)
        sorted.start.update(repeating: Vector(repeating: .infinity), count: window)
        for i in 0..<window {
            SortedWindow.replace(
                Vector(repeating: .infinity), by: lanes.start[i], in: sorted.start, count: window)
        }
        store(0, in: output)
        for i in 1..<stretch {
            SortedWindow.replace(
                lanes.start[i - 1], by: lanes.start[i + window - 1], in: sorted.start, count: window)
            store(i, in: output)
        }
    }

    /// Lane l gets bins l · stretch − window/2 and on.
    private func spread(_ input: UnsafePointer<Float>) {
        let values = UnsafeMutableRawPointer(lanes.start).assumingMemoryBound(to: Float.self)
        for lane in 0..<4 {
            let first = lane * stretch - window / 2
            for i in 0..<(stretch + window - 1) {
                values[i * 4 + lane] = input[min(max(first + i, 0), bins - 1)]
            }
        }
    }

    @inline(__always)
    private func store(_ i: Int, in output: UnsafeMutablePointer<Float>) {
        let median = sorted.start[window / 2]
        for lane in 0..<4 where lane * stretch + i < bins { output[lane * stretch + i] = median[lane] }
    }
}
