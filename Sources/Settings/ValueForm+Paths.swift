// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
public import SystemPackage

extension ValueForm<FilePath> {
    /// An absolute path.
    public static let absolutePath = scalar(
        "a path", advice: "write the whole path, such as /srv/music/inbox", schema: .text(pattern: "^/"),
        write: { YAMLText.scalar($0.string) },
        parse: { text throws(ValueProblem) in
            let path = try plainPath(text)
            guard path.isAbsolute else {
                let hint =
                    text.hasPrefix("~") || text.hasPrefix("$") ? "write the whole path: nothing is expanded here" : nil
                throw ValueProblem("which does not begin at the root", hint: hint)
            }
            return path
        })

    /// A relative path, below some folder.
    public static func relativePath(example: String) -> Self {
        .scalar(
            "a path below the folder", advice: "write it as \(example)", schema: .text(pattern: "^[^/]"),
            write: { YAMLText.scalar($0.string) },
            parse: { text throws(ValueProblem) in
                let path = try plainPath(text)
                guard path.isRelative, !path.isEmpty else { throw ValueProblem("which begins at the root") }
                return path
            })
    }
}

/// A path whose meaning does not depend on links on the disk, as that of `..` after a symbolic link does.
private func plainPath(_ text: String) throws(ValueProblem) -> FilePath {
    if text.isEmpty { throw ValueProblem("which is not a path") }
    if text.utf8.contains(0) { throw ValueProblem("which holds a NUL character", hint: "take it out") }
    let path = FilePath(text)
    if path.components.contains(where: { $0.kind == .parentDirectory }) {
        throw ValueProblem("which goes up by ..", hint: "write where it leads to")
    }
    return path.lexicallyNormalized()
}
