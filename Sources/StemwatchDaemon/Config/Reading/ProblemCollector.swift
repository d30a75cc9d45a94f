// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Gathers what is wrong while a file is read, so that all of it can be shown at once.
struct ProblemCollector {
    let file: FilePath
    private var problems: [ConfigurationProblem] = []

    init(_ file: FilePath) { self.file = file }

    mutating func error(_ mark: YAMLMark?, _ message: String, hint: String? = nil) {
        problems.append(ConfigurationProblem(weight: .error, file: file, mark: mark, message: message, hint: hint))
    }

    mutating func warning(_ mark: YAMLMark?, _ message: String, hint: String? = nil) {
        problems.append(ConfigurationProblem(weight: .warning, file: file, mark: mark, message: message, hint: hint))
    }

    var hasErrors: Bool { errorCount > 0 }

    /// To know whether reading a part of the file added any.
    var errorCount: Int { problems.count { $0.weight == .error } }

    /// In the order of the file; what has no place comes first.
    var sorted: [ConfigurationProblem] {
        problems.enumerated().sorted { a, b in
            let (first, second) = (a.element.mark, b.element.mark)
            if first == second { return a.offset < b.offset }
            guard let first else { return true }
            guard let second else { return false }
            return first < second
        }.map(\.element)
    }
}
