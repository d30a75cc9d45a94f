// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A queue of stereo samples. It aligns the branches of the separator, which look ahead by different lengths. Its
/// memory grows to the most it ever holds, which the look-ahead bounds.
final class SampleQueue<Element: BitwiseCopyable> {
    private var storage: VectorBuffer<Element>
    private var first = 0
    /// The number of samples in the queue.
    private(set) var count = 0

    /// - Parameter capacity: to start with.
    init(capacity: Int = 4096) { storage = VectorBuffer(capacity) }

    /// The samples, oldest first; valid until the queue is next changed.
    var waiting: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: storage.start + first, count: count) }

    /// Adds the next samples at the end.
    func append(_ samples: UnsafeBufferPointer<Element>) {
        guard let source = samples.baseAddress else { return }
        if first + count + samples.count > storage.count { makeRoom(for: samples.count) }
        (storage.start + (first + count)).update(from: source, count: samples.count)
        count += samples.count
    }

    /// Removes the `n` oldest.
    func removeFirst(_ n: Int) {
        precondition(n <= count)
        first += n
        count -= n
        if count == 0 { first = 0 }
    }

    private func makeRoom(for more: Int) {
        // Twice what is held, so that samples are seldom moved to the front.
        if (count + more) * 2 > storage.count {
            let larger = VectorBuffer<Element>((count + more) * 4)
            larger.start.update(from: storage.start + first, count: count)
            storage = larger
        } else {
            storage.start.update(from: storage.start + first, count: count)
        }
        first = 0
    }
}
