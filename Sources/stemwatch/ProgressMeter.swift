// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization

/// Shows how far something is: a bar that a person watches, or lines that a program reads.
final class ProgressMeter: Sendable {
    private let isTerminal: Bool
    private let last = Mutex<(at: ContinuousClock.Instant?, width: Int)>((nil, 0))

    init(isTerminal: Bool) { self.isTerminal = isTerminal }

    /// - Parameter fraction: 0…1. Shown at most five times a second, and at the end.
    func show(_ fraction: Double) {
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            if let at = last.at, now - at < .milliseconds(200), fraction < 1 { return false }
            last.at = now
            return true
        }
        guard isDue else { return }
        guard isTerminal else { return ThisProcess.say("progress \(Double(Int(fraction * 1000)) / 1000)\n") }
        let filled = Int(fraction * 30)
        ThisProcess.say(
            "\r[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
                + "] \(Int(fraction * 100)) %")
    }

    /// Leaves the line to whatever is printed next.
    func end() { if isTerminal { ThisProcess.say("\r\u{1B}[K") } }
}
