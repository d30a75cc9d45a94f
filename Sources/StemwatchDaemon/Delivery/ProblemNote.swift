// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The text of one note: first for the producer, below that for the administrator of the daemon. UTF-8, lines end in LF
/// (which Notepad reads since 2018).
struct ProblemNote: Sendable {
    /// How the track stands.
    enum Kind: String, Sendable {
        /// It will never be separated as it is.
        case rejected
        /// It waits, and goes on by itself or after a person's decision.
        case held
        /// It was given up.
        case failed
    }

    static let suffix = ".problem.txt"
    /// More bytes than any note has: a larger file is no note.
    static let sizeLimit = 1 << 16
    private static let mark = "-- Stemwatch's note about "
    private static let markEnd = ". It goes away when this is solved. --"

    let key: FileKey
    let text: [UInt8]

    init(_ kind: Kind, _ problem: Failure, key: FileKey, source: FilePath) {
        self.key = key
        let words = ProblemWords(problem, kind)
        let path = Printable(source)
        let name = Printable(bytes: key.path.lastComponent?.bytes ?? [])
        var lines = ["No stems for “\(name)”\(kind == .held ? " yet" : "").", "", words.what, "", words.whatToDo, ""]
        lines += ["", "For whoever looks after Stemwatch:", ""]
        lines += ["    \(problem.code.rawValue) (\(kind.rawValue)): \(problem.message)"]
        if let hint = problem.hint { lines.append("    \(hint)") }
        // A name that does not print as it is cannot be pasted either.
        if path.description.utf8.elementsEqual(source.bytes) {
            lines.append("    stemwatch why \(Self.quoted("\(path)"))")
        }
        lines += ["", "", String(decoding: Self.mark(of: key), as: UTF8.self), ""]
        text = Array(lines.joined(separator: "\n").utf8)
    }

    /// The last line of the notes about one track; different for every track.
    static func mark(of key: FileKey) -> [UInt8] {
        Array(mark.utf8) + escaped(Array("\(key.folder.rawValue): ".utf8) + key.path.bytes) + Array(markEnd.utf8)
    }

    /// The last line of a file that is a note, even if a person edited the lines above; `nil`: it is no note.
    static func owner(of text: [UInt8]) -> [UInt8]? {
        // An editor may have added empty lines, and Windows ones end in CR LF.
        let blank: Set<UInt8> = [0x0A, 0x0D, 0x20]
        guard let end = text.lastIndex(where: { !blank.contains($0) }) else { return nil }
        let start = text[...end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = Array(text[start...end])
        return line.starts(with: mark.utf8) && line.reversed().starts(with: Array(markEnd.utf8).reversed()) ? line : nil
    }

    /// One line of text for any name: control characters, `%` and what is not UTF-8 become `%NN`.
    private static func escaped(_ path: [UInt8]) -> [UInt8] {
        let isText = String(validating: path, as: UTF8.self) != nil
        return path.flatMap { byte in
            byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") || (byte >= 0x80 && !isText)
                ? PercentCoding.escape(byte) : [byte]
        }
    }

    /// For a POSIX shell.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
