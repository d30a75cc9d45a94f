// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform

extension ValueForm<Bool> {
    static let flag = scalar(
        "true or false", advice: "write true or false", schema: .flag, write: { $0 ? "true" : "false" },
        parse: { text throws(ValueProblem) in
            switch text.lowercased() {
            case "true": return true
            case "false": return false
            default: throw ValueProblem("which is neither true nor false")
            }
        })
}

extension ValueForm<String> {
    /// Any text without control characters.
    static func text(_ noun: String, example: String) -> Self {
        .scalar(noun, advice: "write it as \(example)", schema: .text(pattern: nil), write: YAMLText.scalar) {
            text throws(ValueProblem) in
            if text.isEmpty { throw ValueProblem("which is not \(noun)") }
            if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                throw ValueProblem("which holds a control character", hint: "take it out")
            }
            return text
        }
    }
}

extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words that `Value` has.
    static func choice(_ noun: String) -> Self {
        let words = Value.allCases.map(\.rawValue)
        return .scalar(
            noun, advice: "write \(Words.either(words))", schema: .choice(words),
            write: { YAMLText.scalar($0.rawValue) },
            parse: { text throws(ValueProblem) in
                if let value = Value(rawValue: text) { return value }
                let near = NearMiss.of(text, among: words).map { "did you mean \($0)?" }
                throw ValueProblem("which is not \(noun)", hint: near)
            })
    }
}

extension ValueForm<Logger.Level> {
    static var logLevel: Self { .choice("a log level") }
}

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

/// Lists of words as a sentence has them.
enum Words {
    /// `a, b or c`
    static func either(_ words: [String]) -> String { joined(words, "or") }
    /// `a, b and c`
    static func all(_ words: [String]) -> String { joined(words, "and") }

    private static func joined(_ words: [String], _ last: String) -> String {
        guard words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + words[words.count - 1]
    }
}

extension ValueForm<ServiceURL> {
    static let service = scalar(
        "the address of a service", advice: "write it as https://stems.example.com",
        schema: .text(pattern: "^https?://"), write: { YAMLText.scalar($0.text) },
        parse: { text throws(ValueProblem) in
            do throws(ServiceURL.Refusal) {
                let url = try ServiceURL(text)
                guard !text.contains("?") else { throw ServiceURL.Refusal.malformed }
                return url
            } catch {
                switch error {
                case .plain:
                    throw ValueProblem(
                        "which is plain http to another machine: everybody between could listen",
                        hint: "write https://, and let the service have a certificate")
                case .credentials:
                    throw ValueProblem("which holds a user or a password", hint: "use stemwatch login, or token_file")
                case .scheme, .malformed: throw ValueProblem("which is not the address of a service")
                }
            }
        })
}
