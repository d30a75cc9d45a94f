// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

enum RetryAfter {
    /// A wait as `Retry-After` has it: whole seconds, rounded up, from 1 to 3600.
    static func seconds(_ wait: Duration) -> Int64 { min(3600, max(1, ceiling(wait))) }

    /// Whole seconds, rounded up.
    static func ceiling(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds + (attoseconds > 0 ? 1 : 0)
    }
}
