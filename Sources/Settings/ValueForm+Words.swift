// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
import Platform

extension ValueForm<Bool> {
    public static let flag = scalar(
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
    public static func text(_ noun: String, example: String) -> Self {
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
    public static func choice(_ noun: String) -> Self {
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
    public static var logLevel: Self { .choice("a log level") }
}
