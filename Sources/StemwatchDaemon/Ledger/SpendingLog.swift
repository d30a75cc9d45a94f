// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What one job counts against the budgets.
public struct FolderSpending: Hashable, Sendable {
    public var job: JobID
    public var folder: FolderName
    public var spending: Spending
}

/// What jobs count against the budgets, in the order of the moments it counts from; as far back as a monthly limit looks.
struct SpendingLog: Sendable {
    /// Two of the longest months.
    static let horizon: Duration = .seconds(62 * 24 * 3600)

    private(set) var entries: [FolderSpending] = []

    /// Those of `time` and later.
    func since(_ time: WallTime) -> ArraySlice<FolderSpending> { entries[position(of: time)...] }

    mutating func add(_ entry: FolderSpending) {
        // After those of the same moment, so that what is added in order is only ever appended.
        var i = entries.count
        while i > 0, entries[i - 1].spending.at > entry.spending.at { i -= 1 }
        entries.insert(entry, at: i)
        forget(before: entries[entries.count - 1].spending.at.advanced(by: .zero - Self.horizon))
    }

    mutating func remove(_ entry: FolderSpending) {
        guard let i = since(entry.spending.at).firstIndex(of: entry) else { return }
        entries.remove(at: i)
    }

    /// Drops what is too old once that is a quarter of all.
    private mutating func forget(before time: WallTime) {
        guard entries[entries.count / 4].spending.at < time else { return }
        entries.removeFirst(position(of: time))
    }

    private func position(of time: WallTime) -> Int { entries.partitioningIndex { $0.spending.at >= time } }
}
