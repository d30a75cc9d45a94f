// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Four sliding windows at once, each kept sorted: the heart of the sliding medians.
///
/// Incremental: moving a window by one value is one pass over it, without branches, so the four lanes of a vector
/// move together. For the windows of the separator (9 to 61 values) this is faster than heaps or histograms, which
/// do less work but branch on it.
enum SortedWindow {
    /// Takes `old` out of a sorted window of `count` vectors and puts `new` in, lane by lane.
    ///
    /// - Parameter old: a value that each lane holds; `+∞` in a window filled with it builds one up.
    @inline(__always)
    static func replace(_ old: Vector, by new: Vector, in window: UnsafeMutablePointer<Vector>, count: Int) {
        // With r the window less `old`, entry i becomes the middle one of r[i − 1], r[i] and `new`.
        var before = Vector(repeating: -.infinity)
        var entry = window[0]
        for i in 0..<(count &- 1) {
            let next = window[i &+ 1]
            let kept = next.replacing(with: entry, where: entry .< old)
            let lower = kept.replacing(with: new, where: new .< kept)
            window[i] = lower.replacing(with: before, where: lower .< before)
            before = kept
            entry = next
        }
        window[count &- 1] = new.replacing(with: before, where: new .< before)
    }
}
