// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

extension WallTime {
    private static let day: Int64 = 86_400_000

    /// 00:00 UTC of the day.
    var startOfDay: WallTime {
        let rest = milliseconds % Self.day
        return WallTime(milliseconds: milliseconds - (rest < 0 ? rest + Self.day : rest))
    }

    /// 00:00 UTC of the day after.
    var nextDay: WallTime { WallTime(milliseconds: startOfDay.milliseconds + Self.day) }
}
