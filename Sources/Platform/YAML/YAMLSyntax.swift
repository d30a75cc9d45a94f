// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CYAML

/// libyaml's errors, in words that help a person who does not know YAML's grammar.
enum YAMLSyntax {
    /// - Parameter parser: one whose last call failed.
    static func problem(_ parser: yaml_parser_t, in text: UnsafeBufferPointer<UInt8>) -> YAMLProblem {
        if parser.error == YAML_MEMORY_ERROR { return YAMLProblem(.start, "there is no memory to read this file") }
        let error = parser.problem.map { String(cString: $0) } ?? ""
        // An unfinished construct is reported at its beginning.
        let place = begun.contains(error) ? parser.context_mark : parser.problem_mark
        let byte = place.index < text.count ? scalar(at: Int(place.index), in: text) : nil
        let (message, hint) = words[error] ?? cannotStart(with: byte)
        return YAMLProblem(YAMLMark(place), message, hint: hint)
    }

    /// For a character that begins no value.
    private static func cannotStart(with character: Unicode.Scalar?) -> (String, String?) {
        switch character {
        case "\t": tab
        case "@", "`", "%", "*", "&", "!", "|", ">":
            ("a value cannot begin with \(character!)", "put it in quotes")
        default: ("the text cannot be read as YAML here", "look at the quotes, brackets and indentation just before")
        }
    }

    private static let tab: (String, String?) = ("a tab stands where only spaces may", "indent with spaces")
    private static let indentation: (String, String?) = (
        "this line does not line up with the keys above it",
        "indent keys that belong together by the same number of spaces"
    )
    private static let escape: (String, String?) = (
        "a backslash in double quotes begins an escape, and this is none",
        "use single quotes, or write \\\\ for a backslash"
    )
    private static let quotes: (String, String?) = (
        "a value that begins with *, & or ! means something else in YAML", "put it in quotes"
    )

    private static let begun: Set = [
        "found unexpected end of stream", "could not find expected ':'", "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
    ]

    /// Keys are the messages of libyaml 0.2.5; a message without an entry gets a general text.
    private static let words: [String: (String, String?)] = [
        "found unexpected end of stream": ("the quote that opens here is never closed", "close it on the same line"),
        "mapping values are not allowed in this context": (
            "a key cannot stand here", "put a value that holds ': ' in quotes, and line keys up under each other"
        ),
        "could not find expected ':'": ("this key has no ':' after it", "write it as key: value"),
        "did not find expected key": indentation,
        "did not find expected '-' indicator": (
            "this line does not line up with the list above it", "begin each item with '- ' in the same column"
        ),
        "block sequence entries are not allowed in this context": (
            "a list cannot begin here", "begin it on a line of its own"
        ),
        "block mapping entries are not allowed in this context": (
            "a key cannot stand here", "begin it on a line of its own"
        ),
        "did not find expected ',' or ']'": (
            "the list in brackets is not closed", "put ',' between its items and ']' after the last"
        ),
        "did not find expected ',' or '}'": (
            "the group in braces is not closed", "put ',' between its entries and '}' after the last"
        ),
        "did not find expected node content": (
            "there is no value here",
            "close the brackets or braces before it, and put a value that begins with # in quotes"
        ),
        "did not find expected <document start>": (
            "this line belongs to nothing above it", "the file is one group of keys: key: value"
        ),
        "found unexpected document indicator": (
            "a line --- or ... stands inside a quoted text", "close the quote before it"
        ),
        "found unknown escape character": escape,
        "did not find expected hexdecimal number": escape,
        "found invalid Unicode character escape code": escape,
        "did not find expected alphabetic or numeric character": quotes,
        "found undefined tag handle": quotes,
        "found a tab character that violates indentation": tab,
        "found a tab character where an indentation space is expected": tab,
    ]

    private static func scalar(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        // libyaml's index counts characters, so walk the text as it did.
        var scalars = String(decoding: text, as: UTF8.self).unicodeScalars.makeIterator()
        for _ in 0..<index { _ = scalars.next() }
        return scalars.next()
    }
}
