// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The end of a program's output, for a message about why it failed.
public enum LogTail {
    /// The last two lines that are not progress bars, each bounded, as one line; empty when there are none.
    public static func of(_ output: [UInt8]) -> String {
        let lines = output.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let telling = lines.filter { line in
            line.contains { $0 != UInt8(ascii: " ") } && ProgressReader.value(in: Array(line)) == nil
        }
        return telling.suffix(2).map { Printable(bytes: $0, limit: 300).description }.joined(separator: " | ")
    }

    /// The same with every path replaced by `…`, since paths reveal details of the machine.
    public static func withoutPaths(_ output: [UInt8]) -> String {
        let words = of(output)
        var told = ""
        var last: Character = " "
        var isInPath = false
        for (index, character) in zip(words.indices, words) {
            if isInPath {
                guard endsPath(character) else { continue }
                isInPath = false
            } else if character == "/", !isWord(last), last != ".", isPath(words[index...].dropFirst()) {
                told += "…"
                isInPath = true
                continue
            }
            told.append(character)
            last = character
        }
        return told
    }

    /// `a / b` is not a path.
    private static func isPath(_ rest: Substring) -> Bool {
        rest.first.map { isWord($0) || "._~-/".contains($0) } ?? false
    }
    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
    private static func endsPath(_ character: Character) -> Bool { " \t\"'`,;:|()<>[]{}".contains(character) }
}
