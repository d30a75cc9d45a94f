// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(1))) struct PasswordPromptTests {
    /// A terminal, and the other end of it, where a person types and reads.
    private struct Terminal {
        let person: FileDescriptor
        let terminal: FileDescriptor

        init() throws {
            var (person, terminal) = (CInt(-1), CInt(-1))
            try #require(openpty(&person, &terminal, nil, nil, nil) == 0)
            self.person = FileDescriptor(rawValue: person)
            self.terminal = FileDescriptor(rawValue: terminal)
        }

        func type(_ text: String) throws { _ = try person.writeAll(Array(text.utf8)) }

        var isShowing: Bool {
            var settings = termios()
            return tcgetattr(terminal.rawValue, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
        }

        /// All that the person has seen.
        func seen() -> [UInt8] {
            _ = fcntl(person.rawValue, F_SETFL, O_NONBLOCK)
            var space = [UInt8](repeating: 0, count: 4096)
            let count = read(person.rawValue, &space, space.count)
            return Array(space.prefix(max(0, count)))
        }

        func close() throws {
            try terminal.close()
            try person.close()
        }
    }

    /// The line that is read when a person types `text` after the prompt.
    private func answer(_ terminal: Terminal, typing text: String) throws -> Secret {
        var trouble: (any Error)?
        let line = try PasswordPrompt.line(from: terminal.terminal) {
            do { try terminal.type(text) } catch { trouble = error }
        }
        if let trouble { throw trouble }
        return line
    }

    @Test(arguments: [
        ("secret\r", "secret"), ("secrex\u{7F}t\n", "secret"), ("wrong\u{15}secret\n", "secret"),
        ("gr\u{FC}\u{FC}\u{8}n\n", "gr\u{FC}n"),
    ])
    func `what is typed is read, and not shown`(typed: String, line: String) throws {
        let terminal = try Terminal()
        #expect(terminal.isShowing)
        let read = try answer(terminal, typing: typed)
        #expect(read == Secret(line))
        #expect(terminal.isShowing)
        #expect(terminal.seen().isEmpty)
        try terminal.close()
    }

    @Test(arguments: ["half\u{3}", "\u{4}", String(repeating: "a", count: 4000) + "\u{3}"])
    func `giving up leaves the terminal as it was`(typed: String) throws {
        let terminal = try Terminal()
        let failure = #expect(throws: Failure.self) { try answer(terminal, typing: typed) }
        #expect(failure?.code == .usageInvalid)
        #expect(terminal.isShowing && terminal.seen().isEmpty)
        try terminal.close()
    }
}
