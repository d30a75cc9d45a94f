// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// The minute limits that are configured, over all folders and for each: both must allow a track.
struct Budget: Hashable, Sendable {
    var total: MinuteLimits
    var folders: [FolderName: MinuteLimits] = [:]

    /// Why `amount` may not be set aside now; `nil` when it may.
    ///
    /// `minutes.track_too_long`, held for a person, when the amount is more than a whole limit. Otherwise
    /// `minutes.exhausted`, held until the last of the exhausted limits starts anew.
    func refusal(
        of amount: AudioDuration, folder: FolderName, meter: MinuteMeter, now: WallTime
    ) -> Failure? {
        let limits = limits(for: folder)
        if let limit = limits.first(where: { amount > $0.allowed }) { return tooLong(amount, limit) }
        let exhausted = limits.compactMap { limit -> Exhausted? in
            guard let period = limit.period else { return nil }
            let used = meter.used(limit.folder, period, at: now)
            guard used + amount > limit.allowed else { return nil }
            return Exhausted(limit: limit, used: used, lifts: meter.range(period, containing: now).upperBound)
        }
        guard let last = exhausted.max(by: { $0.lifts < $1.lifts }) else { return nil }
        return Failure(
            .minutesExhausted,
            "this track needs \(amount.minutes), and \(last.used.minuteFigure) of the \(last.limit.allowed.minutes) "
                + "of \(last.limit.name) are used",
            hint:
                "it goes on by itself at \(meter.calendar.text(last.lifts)); raise \(last.limit.key) to start it "
                + "sooner",
            remedy: .hold(until: .time(last.lifts)))
    }

    /// What `folder` may still spend now; `nil` when nothing limits it.
    func left(folder: FolderName?, meter: MinuteMeter, now: WallTime) -> AudioDuration? {
        limits(for: folder).compactMap { limit in
            limit.period.map { max(.zero, limit.allowed - meter.used(limit.folder, $0, at: now)) }
        }.min()
    }

    /// Every limit with what is used of it now and when it starts anew, for `stemwatch limits`.
    func usage(meter: MinuteMeter, now: WallTime) -> [BudgetUsage] {
        let scopes = [nil] + folders.keys.sorted { $0.rawValue < $1.rawValue }.map(Optional.some)
        return scopes.flatMap { scope in
            limits(total: scope == nil, of: scope).map { limit in
                BudgetUsage(
                    folder: scope, key: limit.key, allowed: limit.allowed,
                    used: limit.period.map { meter.used(scope, $0, at: now) },
                    renewsAt: limit.period.map { meter.range($0, containing: now).upperBound })
            }
        }
    }

    private func tooLong(_ amount: AudioDuration, _ limit: Limit) -> Failure {
        Failure(
            .minutesTrackTooLong,
            "this track of \(amount.minutes) can never fit into the \(limit.allowed.minutes) of \(limit.name)",
            hint: "raise \(limit.key), reload, and release it with stemwatch retry JOB", remedy: .hold(until: .person))
    }

    private struct Limit {
        var folder: FolderName?
        /// `nil`: for each track.
        var period: MinuteMeter.Period?
        var allowed: AudioDuration

        /// The key in the configuration file.
        var key: String {
            switch period {
            case nil: "minutes_per_track"
            case .day: "minutes_per_day"
            case .month: "minutes_per_month"
            }
        }
        var name: String { folder.map { "\(key) of folder \($0)" } ?? "\(key) of all folders" }
    }

    private struct Exhausted {
        var limit: Limit
        var used: AudioDuration
        var lifts: WallTime
    }

    /// Those that apply to a track of `folder`.
    private func limits(for folder: FolderName?) -> [Limit] {
        limits(total: true, of: nil) + (folder.map { limits(total: false, of: $0) } ?? [])
    }

    private func limits(total isTotal: Bool, of folder: FolderName?) -> [Limit] {
        let limits = isTotal ? total : folder.flatMap { folders[$0] } ?? MinuteLimits()
        let all: [(MinuteMeter.Period?, AudioDuration?)] = [
            (nil, limits.perTrack), (.day, limits.perDay), (.month, limits.perMonth),
        ]
        return all.compactMap { period, allowed in
            allowed.map { Limit(folder: isTotal ? nil : folder, period: period, allowed: $0) }
        }
    }
}

extension Budget {
    init(_ configuration: Configuration) {
        self.init(
            total: configuration.limits,
            folders: Dictionary(
                configuration.folders.map { ($0.name, $0.limits) }, uniquingKeysWith: { first, _ in first })
        )
    }
}

/// One configured limit and how much of it is used.
struct BudgetUsage: Hashable, Sendable {
    /// `nil`: over all folders together.
    var folder: FolderName?
    /// The key in the configuration file.
    var key: String
    var allowed: AudioDuration
    /// `nil` for the limit of a single track.
    var used: AudioDuration?
    /// When it starts anew; `nil` for the limit of a single track.
    var renewsAt: WallTime?
}
