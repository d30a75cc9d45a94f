// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Collects problems while a file is read, so that all can be shown at once.
public struct ProblemCollector {
    public let file: FilePath
    private var problems: [ConfigurationProblem] = []

    /// Where each key belongs, for hints about a key in the wrong place.
    let places: [String: [String]]
    /// The reference file that shows every key.
    let reference: String

    public init(_ file: FilePath, places: [String: [String]] = [:], reference: String) {
        self.file = file
        self.places = places
        self.reference = reference
    }

    public mutating func error(_ mark: YAMLMark?, _ message: String, hint: String? = nil) {
        problems.append(ConfigurationProblem(weight: .error, file: file, mark: mark, message: message, hint: hint))
    }

    public mutating func warning(_ mark: YAMLMark?, _ message: String, hint: String? = nil) {
        problems.append(ConfigurationProblem(weight: .warning, file: file, mark: mark, message: message, hint: hint))
    }

    public var hasErrors: Bool { errorCount > 0 }

    /// Shows whether reading a part of the file added any.
    public var errorCount: Int { problems.count { $0.weight == .error } }

    /// In the order of the file; problems without a place come first.
    public var sorted: [ConfigurationProblem] {
        problems.enumerated().sorted { a, b in
            let (first, second) = (a.element.mark, b.element.mark)
            if first == second { return a.offset < b.offset }
            guard let first else { return true }
            guard let second else { return false }
            return first < second
        }.map(\.element)
    }
}
