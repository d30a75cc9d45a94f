// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How long the processor has worked for this process: unlike a clock, it does not go on while others have their turn.
public enum ProcessorTime {
    public static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// What `body` costs, with whatever else of the process runs meanwhile.
    public static func measure(_ body: () async throws -> Void) async rethrows -> Duration {
        let start = now
        try await body()
        return now - start
    }
}
