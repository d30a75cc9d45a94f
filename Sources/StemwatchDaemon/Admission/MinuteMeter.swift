// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// Minutes spent or set aside, summed by day and month, over all folders and for each. Every step is O(1).
///
/// A spending counts in the day and month of its own moment. So no sum changes when the clock jumps, or when a job ends
/// on another day than it began. A fold of the book's reservations and charges gives the same meter again.
struct MinuteMeter: Sendable {
    enum Period: Hashable, Sendable, CaseIterable { case day, month }

    /// How far before the newest day sums are kept.
    private static let remembered: Duration = .seconds(70 * 86_400)

    let calendar: CivilCalendar
    private var sums: [Bucket: AudioDuration] = [:]
    /// The last periods, so that the calendar is needed once a day.
    private var latest: [Period: Range<WallTime>] = [:]
    private var newest: WallTime?

    private struct Bucket: Hashable {
        /// `nil`: all folders together.
        var folder: FolderName?
        var period: Period
        var start: WallTime
    }

    init(calendar: CivilCalendar) { self.calendar = calendar }

    /// The day or month that `moment` is in.
    func range(_ period: Period, containing moment: WallTime) -> Range<WallTime> {
        if let known = latest[period], known.contains(moment) { return known }
        return switch period {
        case .day: calendar.day(containing: moment)
        case .month: calendar.month(containing: moment)
        }
    }

    /// Spent or set aside in the day or month that `moment` is in.
    /// - Parameter folder: `nil` for all together.
    func used(_ folder: FolderName?, _ period: Period, at moment: WallTime) -> AudioDuration {
        sums[Bucket(folder: folder, period: period, start: range(period, containing: moment).lowerBound)] ?? .zero
    }

    /// Counts minutes that are set aside or spent.
    mutating func add(_ spending: Spending, folder: FolderName) {
        change(spending, folder) { $0 + spending.amount }
    }

    /// Gives back what was counted by ``add(_:folder:)``, at the moment it was counted at.
    mutating func remove(_ spending: Spending, folder: FolderName) {
        change(spending, folder) { max(.zero, $0 - spending.amount) }
    }

    /// What was set aside is spent: the true amount in place of the reserved one.
    mutating func settle(reserved: Spending, charged: Spending, folder: FolderName) {
        remove(reserved, folder: folder)
        add(charged, folder: folder)
    }

    private mutating func change(
        _ spending: Spending, _ folder: FolderName, _ change: (AudioDuration) -> AudioDuration
    ) {
        for period in Period.allCases {
            let range = range(period, containing: spending.at)
            latest[period] = range
            for scope in [nil, folder] {
                let bucket = Bucket(folder: scope, period: period, start: range.lowerBound)
                let sum = change(sums[bucket] ?? .zero)
                sums[bucket] = sum == .zero ? nil : sum
            }
        }
        dropOld(asOf: latest[.day]?.lowerBound ?? spending.at)
    }

    /// O(n) once for each new day.
    private mutating func dropOld(asOf day: WallTime) {
        if let newest, newest >= day { return }
        newest = day
        let oldest = day.advanced(by: .zero - Self.remembered)
        sums = sums.filter { $0.key.start >= oldest }
    }
}
