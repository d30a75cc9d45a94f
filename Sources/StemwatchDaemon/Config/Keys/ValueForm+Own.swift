// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Settings

extension ValueForm<StemName> {
    static let stem = scalar(
        "the name of a stem", advice: "write it in lower-case letters, digits, _ and -, such as vocals",
        schema: .text(pattern: "^[a-z0-9_-]{1,32}$"), write: { YAMLText.scalar($0.rawValue) },
        parse: { text throws(ValueProblem) in
            guard let name = StemName(rawValue: text) else { throw ValueProblem("which cannot name a stem") }
            return name
        })
}

extension ValueForm<BackendName> {
    static let backend = scalar(
        "the name of a backend", advice: "write a name that stands below backends, or builtin",
        schema: .text(pattern: "^[a-z0-9_-]{1,32}$"), write: { YAMLText.scalar($0.rawValue) },
        parse: { text throws(ValueProblem) in BackendName(rawValue: text) })
}

extension ValueForm<FolderName> {
    static let folder = scalar(
        "the name of a folder", advice: "write a short name such as inbox", schema: .text(pattern: "^[^/]{1,64}$"),
        write: { YAMLText.scalar($0.rawValue) },
        parse: { text throws(ValueProblem) in
            guard let name = FolderName(checking: text) else {
                throw ValueProblem("which cannot name a folder", hint: "use 1 to 64 printable characters other than /")
            }
            return name
        })
}

extension FolderName {
    /// `nil` when `text` would be trouble in a log line or a terminal: empty, longer than 64 characters, with control
    /// characters or `/`.
    init?(checking text: String) {
        let isPrintable = Printable(text, limit: 1024).description == text
        guard isPrintable, (1...64).contains(text.count), !text.contains("/"), text.utf8.count <= 256 else {
            return nil
        }
        self.init(rawValue: text)
    }
}

extension ValueForm<String> {
    /// The ending of a file name: lower case, without its dot.
    static let fileExtension = scalar(
        "the ending of a file name", advice: "write it without the dot, such as wav",
        schema: .text(pattern: "^[A-Za-z0-9]{1,16}$"), write: YAMLText.scalar,
        parse: { text throws(ValueProblem) in
            if text.hasPrefix(".") || text.hasPrefix("*.") {
                throw ValueProblem(
                    "which has more than the letters", hint: "write \(text.drop { $0 == "*" || $0 == "." })")
            }
            let isPlain = text.utf8.allSatisfy { UnicodeScalar($0).properties.isAlphabetic || (48...57).contains($0) }
            guard isPlain, (1...16).contains(text.utf8.count) else { throw ValueProblem("which ends no file name") }
            return text.lowercased()
        })

    /// A glob over names of files and folders.
    static let pattern = scalar(
        "a pattern", advice: "write it as for a shell, such as \"*.bak\"", schema: .text(pattern: nil),
        write: YAMLText.scalar,
        parse: { text throws(ValueProblem) in
            // A slash at the end means folders alone; see IgnoreRules.
            let glob = text.hasSuffix("/") ? String(text.dropLast()) : text
            if glob.contains("/") {
                throw ValueProblem("which holds a slash", hint: "patterns are matched against one name at a time")
            }
            do throws(Failure) { _ = try Glob(glob) } catch { throw ValueProblem("which is not a pattern") }
            return text
        })
}
