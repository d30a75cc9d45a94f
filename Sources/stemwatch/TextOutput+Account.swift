// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Settings
import StemlabAPI

extension TextOutput {
    /// What the account has, and its limits.
    func account(_ minutes: Minutes) -> String {
        let (today, limits) = (minutes.today, minutes.limits)
        var day = "today     \(Moments.length(today.spentMilliseconds))"
        if let limit = today.limitMilliseconds {
            day += " of \(Moments.length(limit)), starts anew \(moments.text(today.resetsAt.time))"
        }
        return [
            "balance   \(Moments.length(minutes.availableMilliseconds))",
            "reserved  \(Moments.length(minutes.reservedMilliseconds))",
            "spent     \(Moments.length(minutes.spentMilliseconds))", day,
            "a track   up to \(Moments.length(limits.trackMilliseconds))",
            "a file    up to \(SizeNotation.text(bytes: limits.uploadBytes))",
            "at once   up to \(limits.concurrentJobs) jobs",
        ].joined(separator: "\n")
    }
}
