// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Tells what share of some bytes has been moved, and never less than it told before: what must be moved again does not count
/// back.
final class MonotonicProgress: Sendable {
    private let highest = Mutex(-1.0)
    private let listener: ProgressHandler

    init(_ listener: @escaping ProgressHandler) { self.listener = listener }

    func tell(_ moved: Int64, of size: Int64) {
        let share = size > 0 ? min(1, max(0, Double(moved) / Double(size))) : 1
        let isNews = highest.withLock { highest in
            guard share > highest else { return false }
            highest = share
            return true
        }
        if isNews { listener(share) }
    }
}
