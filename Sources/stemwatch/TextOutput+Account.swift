// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings

extension TextOutput {
    /// The service's own answer.
    func account(_ account: JSONValue) -> String {
        let (today, limits) = (account["today"], account["limits"])
        func length(_ value: JSONValue?) -> String { value?.int.map(Moments.length) ?? "?" }
        var lines = [
            "balance   \(length(account["available_ms"]))", "reserved  \(length(account["reserved_ms"]))",
            "spent     \(length(account["spent_ms"]))",
        ]
        var day = "today     \(length(today?["spent_ms"]))"
        if today?["limit_ms"]?.int != nil {
            let reset = today?["resets_at"]?.string.flatMap { WallTime(rfc3339: $0) }
            day += " of \(length(today?["limit_ms"]))" + (reset.map { ", starts anew \(moments.text($0))" } ?? "")
        }
        lines.append(day)
        if limits?["track_ms"]?.int != nil { lines.append("a track   up to \(length(limits?["track_ms"]))") }
        if let bytes = limits?["upload_bytes"]?.int {
            lines.append("a file    up to \(SizeNotation.text(bytes: bytes))")
        }
        if let jobs = limits?["concurrent_jobs"]?.int { lines.append("at once   up to \(jobs) jobs") }
        return lines.joined(separator: "\n")
    }
}
