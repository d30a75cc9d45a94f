// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// Waiting for several descriptors at once.
public enum Readiness {
    /// Blocks until at least one of them can be read (or is at its end), or `deadline` has come; `nil`: for ever.
    /// - Returns: for each, in order, whether it can.
    public static func wait(
        for descriptors: [FileDescriptor], until deadline: ContinuousClock.Instant? = nil
    ) throws(Failure) -> [Bool] {
        var polled = descriptors.map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
        while true {
            let left = deadline.map { milliseconds(until: $0) } ?? -1
            if poll(&polled, nfds_t(polled.count), left) >= 0 { return polled.map { $0.revents != 0 } }
            guard Errno.current == .interrupted else { throw Failure(.current, "waiting") }
        }
    }

    /// Rounded up, so that no wait of zero becomes a busy loop.
    private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        let left = deadline - .now
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        return Int32(clamping: min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}
