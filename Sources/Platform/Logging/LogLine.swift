// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging

/// How one event becomes one line: no control character, no line break and no more than ``maximumLength`` bytes reach
/// the log, whatever a file is called.
enum LogLine {
    /// Bytes of a whole line, so that `write(2)` to a pipe is atomic (PIPE_BUF is 4096).
    static let maximumLength = 4000

    /// The form of a line depends on where it goes.
    enum Style: Hashable, Sendable {
        /// journald reads the level from `<N>` and adds the time itself; see sd-daemon(3).
        case journal
        case plain
    }

    /// `message key=value key=value`, keys sorted, everything printable.
    static func text(message: String, metadata: Logger.Metadata) -> String {
        var text = Printable(message, limit: maximumLength).description
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            text += " \(Printable(key, limit: 80))=" + self.value("\(value)")
        }
        return text
    }

    /// One metadata value: in quotes when it would not read as one word otherwise.
    static func value(_ text: String) -> String {
        let shown = Printable(text).description
        let isWord =
            !shown.isEmpty
            && !shown.utf8.contains { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=") }
        return isWord
            ? shown
            : "\"" + shown.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
    }

    /// The bytes to write, with the line's end.
    static func bytes(level: Logger.Level, _ text: String, style: Style, time: LocalTimestamp) -> [UInt8] {
        var line: [UInt8]
        switch style {
        case .journal: line = Array("<\(priority(level))>".utf8)
        case .plain: line = Array("\(time) \(name(level)) ".utf8)
        }
        let room = maximumLength - line.count - 1
        if text.utf8.count <= room {
            line += text.utf8
        } else {
            // Cut between characters, never inside one.
            var cut = Substring(text)
            while cut.utf8.count > room - 3 { cut = cut.dropLast(max(1, (cut.utf8.count - room) / 4)) }
            line += cut.utf8
            line += "…".utf8
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// syslog(3)'s number.
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    private static func name(_ level: Logger.Level) -> String {
        switch level {
        case .trace: "trace   "
        case .debug: "debug   "
        case .info: "info    "
        case .notice: "notice  "
        case .warning: "warning "
        case .error: "error   "
        case .critical: "critical"
        }
    }
}
