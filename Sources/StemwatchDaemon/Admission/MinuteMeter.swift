// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform

/// Minutes spent or set aside, summed by day and month, over all folders and for each. Every step is O(1).
///
/// A spending counts in the day and month of its own moment, so a clock that jumps forward and back, or a job that ends
/// another day than it began, changes no sum. A fold of the book's reservations and charges gives the same meter again.
public struct MinuteMeter: Sendable {
    public enum Period: Hashable, Sendable, CaseIterable { case day, month }

    /// Older days than this before the newest are dropped.
    private static let remembered: Duration = .seconds(70 * 86_400)

    public let calendar: CivilCalendar
    private var sums: [Bucket: AudioDuration] = [:]
    /// The periods asked for last, so that the calendar is asked once a day.
    private var latest: [Period: Range<WallTime>] = [:]
    private var newest: WallTime?

    private struct Bucket: Hashable {
        /// `nil`: all folders together.
        var folder: FolderName?
        var period: Period
        var start: WallTime
    }

    public init(calendar: CivilCalendar) { self.calendar = calendar }

    /// The day or month that `moment` is in.
    public func range(_ period: Period, containing moment: WallTime) -> Range<WallTime> {
        if let known = latest[period], known.contains(moment) { return known }
        return switch period {
        case .day: calendar.day(containing: moment)
        case .month: calendar.month(containing: moment)
        }
    }

    /// Spent or set aside in the day or month that `moment` is in.
    /// - Parameter folder: `nil` for all together.
    public func used(_ folder: FolderName?, _ period: Period, at moment: WallTime) -> AudioDuration {
        sums[Bucket(folder: folder, period: period, start: range(period, containing: moment).lowerBound)] ?? .zero
    }

    /// Counts minutes that are set aside or spent.
    public mutating func add(_ spending: Spending, folder: FolderName) {
        change(spending, folder) { $0 + spending.amount }
    }

    /// Gives back what was counted by ``add(_:folder:)``, at the moment it was counted at.
    public mutating func remove(_ spending: Spending, folder: FolderName) {
        change(spending, folder) { max(.zero, $0 - spending.amount) }
    }

    /// What was set aside is spent: the true amount in place of the reserved one.
    public mutating func settle(reserved: Spending, charged: Spending, folder: FolderName) {
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
