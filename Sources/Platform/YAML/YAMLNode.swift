// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// One value of a YAML document, with the place where it begins.
public struct YAMLNode: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        /// In the order of the text. A key that stands there twice is here once, the first time; see
        /// ``YAMLDocument/problems``.
        case mapping([YAMLEntry])
    }

    /// How a scalar is written: `5` and `"5"` are the same text, but only the first can be a number or `null`.
    public enum Style: Hashable, Sendable { case plain, quoted, block }

    public let content: Content
    public let mark: YAMLMark

    public init(_ content: Content, at mark: YAMLMark) {
        self.content = content
        self.mark = mark
    }

    /// Whether this is `null`, `~` or nothing at all, unquoted.
    public var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }
}

/// One `key: value` of a mapping.
public struct YAMLEntry: Hashable, Sendable {
    public let key: String
    public let keyMark: YAMLMark
    public let value: YAMLNode

    public init(key: String, at keyMark: YAMLMark, value: YAMLNode) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}

/// A place in a text: the first line is 1, the first character of a line is 1.
public struct YAMLMark: Hashable, Comparable, Sendable {
    public let line: Int
    /// Counted in Unicode scalars, as editors do.
    public let column: Int

    public static let start = Self(line: 1, column: 1)

    public static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// What is wrong with a YAML text, where, and what to do about it.
public struct YAMLProblem: Error, Hashable, Sendable {
    public let mark: YAMLMark
    /// One sentence: lower case, no full stop, printable.
    public let message: String
    public let hint: String?

    public init(_ mark: YAMLMark, _ message: String, hint: String? = nil) {
        self.mark = mark
        self.message = message
        self.hint = hint
    }
}
