// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Tells every worker that there may be something to begin.
public struct WorkerWakeup: Sendable {
    let wakeups: [Wakeup]

    /// - Parameter workers: how many listen, each to its own.
    public init(workers: Int) { wakeups = (0..<workers).map { _ in Wakeup() } }

    public func send() { for wakeup in wakeups { wakeup.wake() } }
}
