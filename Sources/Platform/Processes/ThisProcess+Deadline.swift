// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

extension ThisProcess {
    /// Ends the process after `grace` if it still runs then, whatever it hangs in.
    /// - Parameter last: called just before, on a thread of its own.
    public static func end(_ status: Int32, after grace: Duration, last: @escaping @Sendable () -> Void) throws(Failure)
    {
        let (seconds, attoseconds) = grace.components
        try OwnThread.start(name: "deadline") {
            var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            var rest = timespec()
            while nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
            last()
            end(status)
        }
    }
}
