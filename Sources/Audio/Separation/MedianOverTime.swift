// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The sliding median of each bin over an odd number of frames, edges repeated.
///
/// It looks ahead by ``lag`` frames: after frame k was pushed, the medians are those of frame k − lag.
final class MedianOverTime {
    /// Half the window: how many frames later the median of a frame is known.
    let lag: Int
    private let window: Int
    private let blocks: Int
    /// A sorted window of vectors for every four bins.
    private let sorted: VectorBuffer<Vector>
    /// The last `window` frames; frame k in row k mod `window`.
    private let frames: VectorBuffer<Vector>
    private var next = 0

    /// - Parameter window: frames, odd.
    init(bins: Int, window: Int) {
        precondition(window % 2 == 1)
        self.window = window
        lag = window / 2
        blocks = (bins + 3) / 4
        sorted = VectorBuffer(blocks * window)
        frames = VectorBuffer(blocks * window)
    }

    /// Takes the next frame of magnitudes. True when frame ``current`` has its median.
    func push(_ magnitudes: UnsafePointer<Float>) -> Bool {
        let new = UnsafeRawPointer(magnitudes).assumingMemoryBound(to: Vector.self)
        if next == 0 {
            for block in 0..<blocks {
                (sorted.start + block * window).update(repeating: new[block], count: window)
            }
            for row in 0..<window { (frames.start + row * blocks).update(from: new, count: blocks) }
        } else {
            let old = frames.start + next % window * blocks
            for block in 0..<blocks {
                SortedWindow.replace(old[block], by: new[block], in: sorted.start + block * window, count: window)
                old[block] = new[block]
            }
        }
        next += 1
        return next > lag
    }

    /// Repeats the last frame, as at an edge.
    func pushLast() -> Bool { push(row(next - 1)) }

    /// The frame that the medians belong to, from 0.
    var current: Int { next - 1 - lag }

    /// The magnitudes of frame ``current``, as they were pushed.
    var magnitudes: UnsafePointer<Float> { row(current) }

    /// The medians of frame ``current``.
    func medians(into output: UnsafeMutablePointer<Float>) {
        let output = output.asVectors
        for block in 0..<blocks { output[block] = sorted.start[block * window + lag] }
    }

    private func row(_ frame: Int) -> UnsafePointer<Float> {
        UnsafeRawPointer(frames.start + frame % window * blocks).assumingMemoryBound(to: Float.self)
    }
}
