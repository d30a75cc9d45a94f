// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// The kind of values that a key has: how one is read from YAML, how it is written, and what to report about others.
public struct ValueForm<Value: Equatable & Sendable>: Sendable {
    /// With its article: `a duration`.
    public let noun: String
    /// What to write: the hint of most problems.
    public let advice: String
    public let schema: ValueSchema
    /// The value, or `nil` after reporting the problem to the collector.
    public let read: @Sendable (YAMLNode, _ key: String, inout ProblemCollector) -> Value?
    /// As YAML that reads back as the same value.
    public let write: @Sendable (Value) -> String

    public init(
        noun: String, advice: String, schema: ValueSchema,
        read: @escaping @Sendable (YAMLNode, String, inout ProblemCollector) -> Value?,
        write: @escaping @Sendable (Value) -> String
    ) {
        self.noun = noun
        self.advice = advice
        self.schema = schema
        self.read = read
        self.write = write
    }

    /// A form of a single text, which `parse` accepts or refuses.
    public static func scalar(
        _ noun: String, advice: String, schema: ValueSchema,
        write: @escaping @Sendable (Value) -> String,
        parse: @escaping @Sendable (String) throws(ValueProblem) -> Value
    ) -> Self {
        Self(noun: noun, advice: advice, schema: schema) { node, key, problems in
            switch node.content {
            case .sequence:
                problems.error(node.mark, "\(key) is a list, not \(noun)", hint: advice)
            case .mapping:
                problems.error(node.mark, "\(key) is a group of keys, not \(noun)", hint: advice)
            case .scalar where node.isNull:
                problems.error(node.mark, "\(key) has no value", hint: advice)
            case .scalar(let text, _):
                do throws(ValueProblem) { return try parse(text) } catch {
                    let shown = text.isEmpty ? "empty" : Printable(text, limit: 80).description
                    problems.error(node.mark, "\(key) is \(shown), \(error.reason)", hint: error.hint ?? advice)
                }
            }
            return nil
        } write: {
            write($0)
        }
    }

    /// The same, or nothing: `null` means that the key was left out.
    public var optional: ValueForm<Value?> {
        ValueForm<Value?>(noun: noun, advice: advice, schema: .optional(schema)) { node, key, problems in
            if case .scalar("null", .plain) = node.content { return .some(nil) }
            if case .scalar("~", .plain) = node.content { return .some(nil) }
            return read(node, key, &problems).map(Optional.some)
        } write: {
            $0.map(write) ?? "null"
        }
    }

    /// A list of such values, without duplicates.
    public func list(_ noun: String, example: String) -> ValueForm<[Value]> {
        let advice = "write it as \(example)"
        return ValueForm<[Value]>(noun: noun, advice: advice, schema: .list(schema)) { node, key, problems in
            guard case .sequence(let items) = node.content else {
                let what = node.isNull ? "has no value" : "is not a list"
                problems.error(node.mark, "\(key) \(what)", hint: advice)
                return nil
            }
            var values: [Value] = []
            var isSound = true
            for item in items {
                if item.isNull {
                    problems.error(
                        item.mark, "\(key) has an empty item", hint: "put an item that begins with # in quotes")
                    isSound = false
                } else if let value = read(item, "an item of \(key)", &problems) {
                    if values.contains(value) {
                        problems.error(item.mark, "\(write(value)) stands in \(key) twice", hint: "keep one of the two")
                        isSound = false
                    }
                    values.append(value)
                } else {
                    isSound = false
                }
            }
            return isSound ? values : nil
        } write: {
            "[" + $0.map(write).joined(separator: ", ") + "]"
        }
    }
}
