// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization

/// Wakes the requests that wait for a job when its state has changed. They are woken after the change is on disk, and
/// look for themselves.
final class JobWatch: Sendable {
    private let waiting = Mutex<[String: [ObjectIdentifier: Wakeup]]>([:])

    /// Watches a job from now on, until ``end(_:_:)``. Look at the job after this, or a change between is missed.
    func begin(_ job: String) -> Wakeup {
        let wakeup = Wakeup()
        waiting.withLock { $0[job, default: [:]][ObjectIdentifier(wakeup)] = wakeup }
        return wakeup
    }

    func end(_ job: String, _ wakeup: Wakeup) {
        waiting.withLock { waiting in
            waiting[job]?[ObjectIdentifier(wakeup)] = nil
            if waiting[job]?.isEmpty == true { waiting[job] = nil }
        }
    }

    /// Its state has changed, or it is gone.
    func changed(_ job: String) {
        for wakeup in waiting.withLock({ $0[job].map { Array($0.values) } ?? [] }) { wakeup.wake() }
    }

    /// Jobs that a request waits for.
    var count: Int { waiting.withLock { $0.count } }
}
