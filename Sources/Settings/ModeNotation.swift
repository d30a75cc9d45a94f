// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Permissions of files as the configuration writes them: octal, `0640` or `"0664"`.
public enum ModeNotation {
    public static let advice = "write it in octal, such as 0640 or 0664"

    public static func mode(_ text: String) throws(ValueProblem) -> UInt16 {
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : Substring(text)
        guard (3...4).contains(digits.count), let mode = UInt16(digits, radix: 8) else {
            throw ValueProblem("which is not a file mode")
        }
        if mode & 0o7000 != 0 {
            throw ValueProblem("which sets more than permissions", hint: "begin it with 0, as in 0664")
        }
        if mode & 0o111 != 0 {
            throw ValueProblem(
                "which makes audio executable",
                hint: "write 0664 rather than 0775; folders get their search bits by themselves")
        }
        if mode & 0o600 != 0o600 {
            throw ValueProblem("which keeps the daemon from its own files", hint: "begin it with 06")
        }
        return mode
    }

    public static func text(_ mode: UInt16) -> String {
        let digits = String(mode, radix: 8)
        return "\"" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "\""
    }
}
