// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings

/// What an environment variable of a command is set to: text of the file, or a secret kept elsewhere.
enum EnvironmentValue: Hashable, Sendable {
    case text(String)
    case secret(SecretSource, YAMLMark)
}

extension ValueForm<[String: EnvironmentValue]> {
    /// A group of variables.
    static let environment = Self(
        noun: "a group of variables", advice: "write it as {NAME: value}",
        schema: .map(
            .either(.text(pattern: nil), SecretSource.schema))
    ) { node, key, problems in
        guard let entries = KeyGroup.entries(of: node, key, &problems) else { return nil }
        var values: [String: EnvironmentValue] = [:]
        for entry in entries {
            guard isName(entry.key) else {
                problems.error(
                    entry.keyMark, "\(Printable(entry.key, limit: 80)) is not the name of an environment variable",
                    hint: "use letters, digits and _")
                continue
            }
            values[entry.key] = value(entry, &problems)
        }
        return values.count == entries.count ? values : nil
    } write: { values in
        let shown = values.sorted { $0.key < $1.key }.map { name, value in
            switch value {
            case .text(let text): "\(name): \(YAMLText.quoted(text))"
            case .secret(let source, _): "\(name): \(source.yaml)"
            }
        }
        return "{" + shown.joined(separator: ", ") + "}"
    }

    private static func isName(_ text: String) -> Bool {
        let isWord = text.utf8.allSatisfy { byte in
            switch UnicodeScalar(byte) {
            case "A"..."Z", "a"..."z", "0"..."9", "_": true
            default: false
            }
        }
        return isWord && text.first.map { !$0.isNumber } == true
    }

    private static func value(_ entry: YAMLEntry, _ problems: inout ProblemCollector) -> EnvironmentValue? {
        let advice = "write text, {from_env: NAME}, {from_file: /path} or {from_credential: NAME}"
        switch entry.value.content {
        case .scalar(let text, _) where !text.utf8.contains(0): return .text(text)
        case .mapping(let sources) where sources.count == 1:
            guard let source = sources.first else { return nil }
            return SecretSource.read(source, of: entry.key, &problems).map { .secret($0, source.value.mark) }
        default:
            problems.error(entry.value.mark, "\(entry.key) is neither text nor the place of a secret", hint: advice)
        }
        return nil
    }
}
