// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Stereo samples in the order they came: what lines up the branches of the separator, which look ahead by
/// different lengths. Grows to the most that it ever holds, which the look-ahead bounds.
final class SampleQueue<Element: BitwiseCopyable> {
    private var storage: VectorBuffer<Element>
    private var first = 0
    /// How many wait.
    private(set) var count = 0

    /// - Parameter capacity: to start with.
    init(capacity: Int = 4096) { storage = VectorBuffer(capacity) }

    /// What waits, oldest first; valid until the queue is next changed.
    var waiting: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: storage.start + first, count: count) }

    /// Adds the next samples at the end.
    func append(_ samples: UnsafeBufferPointer<Element>) {
        guard let source = samples.baseAddress else { return }
        if first + count + samples.count > storage.count { makeRoom(for: samples.count) }
        (storage.start + (first + count)).update(from: source, count: samples.count)
        count += samples.count
    }

    /// Forgets the `n` oldest.
    func removeFirst(_ n: Int) {
        precondition(n <= count)
        first += n
        count -= n
        if count == 0 { first = 0 }
    }

    private func makeRoom(for more: Int) {
        // Twice what is held: moving to the front is then rare.
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
