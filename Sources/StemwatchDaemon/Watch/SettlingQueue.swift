// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HeapModule

/// Which file is to be looked at when: a heap of deadlines that may hold outdated entries. The caller checks in its own
/// table whether an entry it pops still counts. So every step is O(log n), without a search.
struct SettlingQueue: Sendable {
    typealias Instant = ContinuousClock.Instant

    struct Entry: Comparable, Sendable {
        let deadline: Instant
        let key: FileKey
        static func < (a: Self, b: Self) -> Bool { a.deadline < b.deadline }
        static func == (a: Self, b: Self) -> Bool { a.deadline == b.deadline }
    }

    private var heap = Heap<Entry>()

    /// Entries, outdated ones included.
    var count: Int { heap.count }

    /// The earliest deadline; early when its entry is outdated, never late.
    var nextDeadline: Instant? { heap.min?.deadline }

    mutating func insert(_ key: FileKey, at deadline: Instant) { heap.insert(Entry(deadline: deadline, key: key)) }

    /// The earliest entry, when its time has come.
    mutating func popDue(now: Instant) -> Entry? {
        guard let first = heap.min, first.deadline <= now else { return nil }
        return heap.removeMin()
    }

    /// Replaces all entries by these. O(n).
    mutating func rebuild(_ entries: some Sequence<Entry>) { heap = Heap(entries) }
}
