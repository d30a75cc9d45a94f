// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// One key of the configuration: the reader, the documented file and the schema for editors are all made from these.
public struct ConfigurationKey<Target>: Sendable {
    public let name: String
    /// Its purpose, as lines of a comment.
    public let help: String
    /// Whether a change waits for a restart.
    public let needsRestart: Bool
    public let isRequired: Bool
    public let read: @Sendable (YAMLNode, inout Target, inout ProblemCollector) -> Void
    /// The value in YAML.
    public let write: @Sendable (Target) -> String
    public let isSame: @Sendable (Target, Target) -> Bool
    public let schema: @Sendable (Target) -> ValueSchema

    /// A key with one value.
    public init<Value: Equatable & Sendable>(
        _ name: String, _ form: ValueForm<Value>, _ place: any WritableKeyPath<Target, Value> & Sendable,
        needsRestart: Bool = false, isRequired: Bool = false, _ help: String
    ) {
        self.name = name
        self.help = help
        self.needsRestart = needsRestart
        self.isRequired = isRequired
        read = { node, target, problems in
            if let value = form.read(node, name, &problems) { target[keyPath: place] = value }
        }
        write = { form.write($0[keyPath: place]) }
        isSame = { $0[keyPath: place] == $1[keyPath: place] }
        schema = { _ in form.schema }
    }

    /// A key with a group of keys below it.
    public init<Inner: Equatable & Sendable>(
        _ name: String, group keys: [ConfigurationKey<Inner>], _ place: any WritableKeyPath<Target, Inner> & Sendable,
        _ help: String
    ) {
        self.name = name
        self.help = help
        needsRestart = false
        isRequired = false
        read = { node, target, problems in
            _ = KeyGroup.read(node, name, keys, into: &target[keyPath: place], &problems)
        }
        write = { target in
            "{" + keys.map { "\($0.name): \($0.write(target[keyPath: place]))" }.joined(separator: ", ") + "}"
        }
        isSame = { $0[keyPath: place] == $1[keyPath: place] }
        schema = { target in .group(keys.map { $0.description(of: target[keyPath: place]) }) }
    }

    public func description(of target: Target) -> KeyDescription {
        KeyDescription(name: name, help: help, schema: schema(target), value: write(target), isRequired: isRequired)
    }
}
