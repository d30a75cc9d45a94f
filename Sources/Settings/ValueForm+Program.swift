// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

extension ValueForm<String> {
    /// A program: an absolute path, or a name without any `/`.
    public static let program = scalar(
        "a program", advice: "write its whole path, or its name alone", schema: .text(pattern: "^(/.*|[^/]+)$"),
        write: YAMLText.scalar,
        parse: { text throws(ValueProblem) in
            if text.isEmpty { throw ValueProblem("which is not a program") }
            if text.utf8.contains(0) { throw ValueProblem("which holds a NUL character", hint: "take it out") }
            if text.contains("/"), !text.hasPrefix("/") {
                throw ValueProblem("which is neither a whole path nor a name")
            }
            if text.contains(" -") {
                throw ValueProblem("which seems to hold arguments", hint: "put them below arguments, one an item")
            }
            return text
        })
}
