// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import SystemPackage

/// What an environment variable of a command is set to: text of the file, or a secret kept elsewhere.
enum EnvironmentValue: Hashable, Sendable {
    case text(String)
    case secret(SecretSource, YAMLMark)
}

/// Where a secret is kept.
enum SecretSource: Hashable, Sendable {
    case environment(String)
    case file(FilePath)
    /// A file in systemd's `$CREDENTIALS_DIRECTORY`.
    case credential(String)
}

extension ValueForm<[String: EnvironmentValue]> {
    /// A group of variables.
    static let environment = Self(
        noun: "a group of variables", advice: "write it as {NAME: value}",
        schema: .map(
            .either(
                .text(pattern: nil),
                .group(
                    ["from_env", "from_file", "from_credential"].map {
                        KeyDescription(
                            name: $0, help: "Where the secret is kept.", schema: .text(pattern: nil), value: "null",
                            isRequired: false)
                    })))
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
            case .secret(.environment(let variable), _): "\(name): {from_env: \(variable)}"
            case .secret(.file(let path), _): "\(name): {from_file: \(YAMLText.scalar(path.string))}"
            case .secret(.credential(let credential), _): "\(name): {from_credential: \(YAMLText.scalar(credential))}"
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
            let place = "\(entry.key).\(source.key)"
            switch source.key {
            case "from_env":
                return ValueForm<String>.text("a variable", example: "HF_TOKEN").read(source.value, place, &problems)
                    .map { .secret(.environment($0), source.value.mark) }
            case "from_file":
                return ValueForm<FilePath>.absolutePath.read(source.value, place, &problems)
                    .map { .secret(.file($0), source.value.mark) }
            case "from_credential":
                return ValueForm<FilePath>.relativePath(example: "token").read(source.value, place, &problems)
                    .map { .secret(.credential($0.string), source.value.mark) }
            default:
                KeyGroup.tellUnknown([source], known: ["from_env", "from_file", "from_credential"], &problems)
            }
        default:
            problems.error(entry.value.mark, "\(entry.key) is neither text nor the place of a secret", hint: advice)
        }
        return nil
    }
}
