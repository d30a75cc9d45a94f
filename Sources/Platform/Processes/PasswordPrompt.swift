// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// Reads a password from a terminal without showing it.
public enum PasswordPrompt {
    /// Reads until Return. Backspace takes the last character back, Ctrl-U all; Ctrl-C gives up, as does Ctrl-D on an
    /// empty line. Restores the terminal's settings in every case.
    /// - Parameter prompt: called after echo is switched off.
    /// - Throws: `usage.invalid` when the user gives up or the line is too long, `system.io` when this is not a
    ///   terminal.
    public static func line(from terminal: FileDescriptor, prompt: () -> Void) throws(Failure) -> Secret {
        var usual = termios()
        guard tcgetattr(terminal.rawValue, &usual) == 0 else { throw Failure(.current, "asking how a terminal is set") }
        var hidden = usual
        // Keys that would end the process are read as keys: otherwise the terminal would stay without echo.
        hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG)
        guard tcsetattr(terminal.rawValue, TCSAFLUSH, &hidden) == 0 else {
            throw Failure(.current, "keeping a terminal from showing what is typed")
        }
        defer { tcsetattr(terminal.rawValue, TCSAFLUSH, &usual) }
        prompt()
        return try read(terminal)
    }

    private static func read(_ terminal: FileDescriptor) throws(Failure) -> Secret {
        var line: [UInt8] = []
        while line.count <= 4096 {
            guard let byte = try key(terminal) else { break }
            switch byte {
            case 10, 13: return Secret(String(decoding: line, as: UTF8.self))
            case 3: throw Failure(.usageInvalid, "given up", remedy: .reject)
            case 4 where line.isEmpty: throw Failure(.usageInvalid, "nothing was typed", remedy: .reject)
            case 4: break
            case 8, 127:
                while let last = line.popLast(), last & 0xC0 == 0x80 {}
            case 21: line = []
            default: line.append(byte)
            }
        }
        throw Failure(.usageInvalid, "the line that was typed has no end", remedy: .reject)
    }

    /// `nil`: the terminal is gone.
    private static func key(_ terminal: FileDescriptor) throws(Failure) -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = Glibc.read(terminal.rawValue, &byte, 1)
            if count == 1 { return byte }
            if count == 0 || errno == EIO { return nil }
            if errno != EINTR { throw Failure(.current, "reading from a terminal") }
        }
    }
}
