// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Settings
import SystemPackage

@testable import StemwatchDaemon

/// `config/stemwatch.schema.json`: JSON Schema (draft 7) for editors that complete and check YAML, made from the tables
/// that the reader reads by. It knows less than the reader: what fits it may still be refused by `stemwatch check`.
enum ConfigurationSchema {
    /// The whole file.
    static var text: String {
        let head: [(String, SchemaText)] = [
            ("$schema", .text("http://json-schema.org/draft-07/schema#")), ("title", .text("Stemwatch configuration")),
        ]
        return SchemaText.object(head + members(of: .group(top))).written(indent: 0) + "\n"
    }

    private static var top: [KeyDescription] {
        let configuration = Configuration(stateDirectory: "/var/lib/stemwatch", folders: [])
        func group(_ name: String, _ help: String, _ schema: ValueSchema, isRequired: Bool = false) -> KeyDescription {
            KeyDescription(name: name, help: help, schema: schema, value: "", isRequired: isRequired)
        }
        return TopKeys.all.map { $0.description(of: configuration) } + [
            group(
                "folders", "The folders to watch.",
                .list(.group(FolderKeys.all.map { $0.description(of: FolderDraft.blank) })),
                isRequired: true),
            group(
                "defaults", "What every folder begins with.",
                .group(FolderKeys.shared.map { $0.description(of: FolderDraft.blank) })),
            group(
                "backends", "What separates tracks, by name.",
                .map(.either(backend(.builtin), .either(backend(.command), backend(.stemlab))))),
        ]
    }

    private static func backend(_ kind: BackendKind) -> ValueSchema {
        .group(
            BackendKeys.all(of: kind).map { key in
                var description = key.description(of: BackendDraft(name: .builtin, type: kind))
                if key.name == BackendKeys.type.name {
                    description.schema = .choice([kind.rawValue])
                    description.isRequired = kind != .builtin
                }
                return description
            })
    }

    private static func members(of schema: ValueSchema) -> [(String, SchemaText)] {
        switch schema {
        case .text(let pattern): return [("type", .text("string"))] + (pattern.map { [("pattern", .text($0))] } ?? [])
        case .textOrNumber(let pattern):
            return [("type", .list([.text("string"), .text("integer")])), ("pattern", .text(pattern))]
        case .number: return [("type", .text("number")), ("exclusiveMinimum", .raw("0"))]
        case .integer(let range):
            return [
                ("type", .text("integer")), ("minimum", .raw("\(range.lowerBound)")),
                ("maximum", .raw("\(range.upperBound)")),
            ]
        case .flag: return [("type", .text("boolean"))]
        case .choice(let words): return [("enum", .list(words.map(SchemaText.text)))]
        case .list(let items): return [("type", .text("array")), ("items", .object(members(of: items)))]
        case .map(let values): return [("type", objectOrNull), ("additionalProperties", .object(members(of: values)))]
        case .either(let a, let b): return [("anyOf", .list([.object(members(of: a)), .object(members(of: b))]))]
        case .optional(let value):
            return [("anyOf", .list([.object(members(of: value)), .object([("type", .text("null"))])]))]
        case .group(let keys):
            let required = keys.filter(\.isRequired).map { SchemaText.text($0.name) }
            let group: [(String, SchemaText)] = [
                ("type", objectOrNull), ("additionalProperties", .raw("false")),
                ("properties", .object(keys.map { ($0.name, property($0)) })),
            ]
            return required.isEmpty ? group : group + [("required", .list(required))]
        }
    }

    private static let objectOrNull = SchemaText.list([.text("object"), .text("null")])

    private static func property(_ key: KeyDescription) -> SchemaText {
        let help = key.help.split(separator: "\n").joined(separator: " ")
        return .object([("description", .text(help))] + members(of: key.schema))
    }
}
