// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import Logging
import Synchronization
import SystemPackage

/// Where log lines go: one `write(2)` a line, nothing buffered, so that the last line before a crash is there.
///
/// Shared by all loggers of the process. Holds their level and the limit on identical lines.
public final class LogOutput: Sendable {
    private struct State {
        var level: Logger.Level
        var repeated: RepeatedLines
        /// Lines that could not be written since the last one that could.
        var lost = 0
    }

    private let descriptor: FileDescriptor
    private let style: LogLine.Style
    private let state: Mutex<State>

    /// Standard error, in journald's form when `JOURNAL_STREAM` in `environment` names it as the journal's stream.
    public convenience init(environment: [String: String], level: Logger.Level = .info) {
        self.init(.standardError, style: Self.style(of: .standardError, environment: environment), level: level)
    }

    /// - Parameter descriptor: stays open for as long as this lives; not closed by it.
    init(_ descriptor: FileDescriptor, style: LogLine.Style, level: Logger.Level, repeated: RepeatedLines = .init()) {
        self.descriptor = descriptor
        self.style = style
        state = Mutex(State(level: level, repeated: repeated))
    }

    /// The level of every logger without a level of its own. May be set at any time.
    public var level: Logger.Level {
        get { state.withLock { $0.level } }
        set { state.withLock { $0.level = newValue } }
    }

    /// Writes the summaries of repeated lines; for the end of the process.
    public func flush() {
        state.withLock { state in
            for line in state.repeated.finish() { put(line, &state) }
        }
    }

    func write(level: Logger.Level, _ text: String, now: ContinuousClock.Instant = .now) {
        // Written under the lock: lines keep their order, and none is torn by another.
        state.withLock { state in
            for line in state.repeated.admit(.init(level: level, text: text), now: now) { put(line, &state) }
        }
    }

    private func put(_ line: RepeatedLines.Line, _ state: inout State) {
        if state.lost > 0 {
            let notice = "\(state.lost) lines before this one could not be written to the log"
            if send(LogLine.bytes(level: .warning, notice, style: style, time: .now)) { state.lost = 0 }
        }
        if !send(LogLine.bytes(level: line.level, line.text, style: style, time: .now)) { state.lost += 1 }
    }

    /// Whether all of it was written. There is nowhere to report a log that cannot be written, so it is counted.
    private func send(_ bytes: [UInt8]) -> Bool {
        (try? descriptor.writeAll(bytes)) != nil
    }

    /// The journal's form exactly when `descriptor` is the stream that systemd announced: after a redirection the
    /// variable is still set, and wrong. See systemd.exec(5).
    static func style(of descriptor: FileDescriptor, environment: [String: String]) -> LogLine.Style {
        guard let announced = environment["JOURNAL_STREAM"] else { return .plain }
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { return .plain }
        return announced == "\(status.st_dev):\(status.st_ino)" ? .journal : .plain
    }
}
