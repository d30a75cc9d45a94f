// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// Reads a mapping by a table of keys.
public enum KeyGroup {
    /// The place of the value of each key that was present.
    public typealias Marks = [String: YAMLMark]

    /// Reads every key of `keys` that `node` has into `target`, in the table's order, and reports unknown keys.
    ///
    /// - Parameters:
    ///   - name: the name of the group in messages.
    ///   - alsoKnown: keys that are read elsewhere.
    public static func read<Target>(
        _ node: YAMLNode, _ name: String, _ keys: [ConfigurationKey<Target>], alsoKnown: [String] = [],
        into target: inout Target,
        _ problems: inout ProblemCollector
    ) -> Marks {
        guard let entries = entries(of: node, name, &problems) else { return [:] }
        reportUnknown(entries, known: keys.map(\.name) + alsoKnown, &problems)
        for key in keys {
            if let entry = entries.first(where: { $0.key == key.name }) { key.read(entry.value, &target, &problems) }
        }
        return Marks(entries.map { ($0.key, $0.value.mark) }, uniquingKeysWith: { first, _ in first })
    }

    /// The entries of a mapping; a name with nothing after it has none. `nil` after reporting that it is no mapping.
    public static func entries(of node: YAMLNode, _ name: String, _ problems: inout ProblemCollector) -> [YAMLEntry]? {
        switch node.content {
        case .mapping(let entries): return entries
        case .scalar where node.isNull: return []
        case .scalar(let text, _):
            let shown = Printable(text, limit: 80)
            problems.error(
                node.mark, "\(name) is \(shown), not a group of keys",
                hint: text.hasPrefix("/")
                    ? "write - path: \(shown)" : "write each key: value on a line of its own below it")
        case .sequence:
            problems.error(node.mark, "\(name) is a list, not a group of keys", hint: "leave out the '- '")
        }
        return nil
    }

    /// Reports each entry whose key is not `known`, with the key that was probably meant.
    public static func reportUnknown(_ entries: [YAMLEntry], known: [String], _ problems: inout ProblemCollector) {
        for entry in entries where !known.contains(entry.key) {
            let hint: String
            if let near = NearMiss.of(entry.key, among: known) {
                hint = "did you mean \(near)?"
            } else if let places = problems.places[entry.key] {
                hint = "it belongs \(Words.either(places))"
            } else if let near = NearMiss.of(entry.key, among: problems.places.keys.sorted()),
                let places = problems.places[near]
            {
                hint = "it belongs \(Words.either(places)), spelt \(near)"
            } else {
                hint =
                    known.count <= 12
                    ? "the keys here are \(Words.all(known))" : "\(problems.reference) shows every key"
            }
            problems.error(entry.keyMark, "unknown key \(Printable(entry.key, limit: 80))", hint: hint)
        }
    }
}
