// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
package import Platform

/// One minute limit, with what is used of it.
package struct LimitReport: Codable, Sendable {
    /// `null`: it is one over all folders.
    @Nullable package var folder: String?
    /// The key of the configuration.
    package let limit: String
    package let allowed: Int64
    @Nullable package var used: Int64?
    @Nullable package var left: Int64?
    @Nullable package var renewsAt: String?
    /// The same in the words of the local zone.
    @Nullable package var renews: String?

    enum CodingKeys: String, CodingKey {
        case folder, limit, renews
        case allowed = "allowed_ms"
        case used = "used_ms"
        case left = "left_ms"
        case renewsAt = "renews_at"
    }

    init(_ usage: BudgetUsage, _ calendar: CivilCalendar) {
        (limit, allowed) = (usage.key, usage.allowed.milliseconds)
        folder = usage.folder?.rawValue
        used = usage.used?.milliseconds
        left = usage.used.map { max(0, (usage.allowed - $0).milliseconds) }
        renewsAt = usage.renewsAt?.rfc3339
        renews = usage.renewsAt.map { calendar.text($0) }
    }
}

extension EngineSnapshot {
    /// Every minute limit there is.
    func limits() -> [LimitReport] {
        let calendar = admission.meter.calendar
        return admission.budget.usage(meter: admission.meter, now: now).map { LimitReport($0, calendar) }
    }
}
