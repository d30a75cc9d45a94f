// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Waits that double from one failure to the next, up to a bound.
package struct Backoff: Hashable, Sendable {
    private let first: Duration
    private let longest: Duration

    package init(from first: Duration, to longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// - Parameter failures: in a row; the first gives the shortest wait.
    package func wait(after failures: Int) -> Duration {
        var (wait, doublings) = (first, failures - 1)
        while doublings > 0, wait > .zero, wait < longest {
            wait += wait
            doublings -= 1
        }
        return min(wait, longest)
    }
}
