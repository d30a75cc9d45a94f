// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging

/// Holds back repeated identical lines and counts them in a summary.
///
/// A storm of one message must not fill a disk or bury the rest of the log (spksrc#7428: hundreds of GB). Takes `now`.
struct RepeatedLines {
    struct Line: Hashable {
        var level: Logger.Level
        var text: String
    }

    private struct Window {
        var began: ContinuousClock.Instant
        var written: Int
        var heldBack: Int
    }

    /// How many identical lines are written within `period`.
    let allowed: Int
    let period: Duration
    /// The most different lines remembered; beyond it the oldest are forgotten.
    let capacity: Int
    private var windows: [Line: Window] = [:]

    init(allowed: Int = 5, period: Duration = .seconds(60), capacity: Int = 256) {
        self.allowed = allowed
        self.period = period
        self.capacity = capacity
    }

    /// The lines to write when `line` is logged: the summaries that are due, then the line itself unless it is held
    /// back.
    mutating func admit(_ line: Line, now: ContinuousClock.Instant) -> [Line] {
        var due = expire(before: now - period)
        if var window = windows[line] {
            if window.written < allowed {
                window.written += 1
                due.append(line)
            } else {
                window.heldBack += 1
            }
            windows[line] = window
            return due
        }
        if windows.count >= capacity, let oldest = windows.min(by: { $0.value.began < $1.value.began }) {
            windows[oldest.key] = nil
            due += Self.summary(of: oldest.key, oldest.value)
        }
        windows[line] = Window(began: now, written: 1, heldBack: 0)
        due.append(line)
        return due
    }

    /// The summaries of all held-back lines, due or not; for the end of the process.
    mutating func finish() -> [Line] {
        defer { windows = [:] }
        return windows.sorted { $0.value.began < $1.value.began }.flatMap { Self.summary(of: $0.key, $0.value) }
    }

    private mutating func expire(before limit: ContinuousClock.Instant) -> [Line] {
        let old = windows.filter { $0.value.began <= limit }.sorted { $0.value.began < $1.value.began }
        for (line, _) in old { windows[line] = nil }
        return old.flatMap { Self.summary(of: $0.key, $0.value) }
    }

    private static func summary(of line: Line, _ window: Window) -> [Line] {
        guard window.heldBack > 0 else { return [] }
        let times = window.heldBack == 1 ? "once more" : "\(window.heldBack) times more"
        return [Line(level: line.level, text: "repeated \(times): \(line.text)")]
    }
}
