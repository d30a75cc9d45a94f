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
