// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings

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
