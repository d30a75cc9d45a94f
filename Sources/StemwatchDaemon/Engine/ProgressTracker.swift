// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization

/// The activity of one job. The work sets it as often as it likes, from any thread: it is only kept in memory, and
/// wakes no task.
final class ProgressTracker: Sendable {
    private let shown = Mutex<Activity?>(nil)

    var activity: Activity? { shown.withLock { $0 } }

    func show(_ kind: Activity.Kind, _ fraction: Double?) {
        shown.withLock { $0 = Activity(kind: kind, fraction: fraction.map { min(1, max(0, $0)) }) }
    }

    func clear() { shown.withLock { $0 = nil } }
}
