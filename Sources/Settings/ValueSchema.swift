// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The form of a value for tools that only see the YAML, such as editors that complete keys.
public indirect enum ValueSchema: Hashable, Sendable {
    /// Text that the regular expression matches; `nil`: any.
    case text(pattern: String?)
    /// The same, but YAML may also read it as a number.
    case textOrNumber(pattern: String)
    case number
    case integer(ClosedRange<Int>)
    case flag
    case choice([String])
    case list(ValueSchema)
    /// Names chosen by the writer, each with such a value.
    case map(ValueSchema)
    case group([KeyDescription])
    case either(ValueSchema, ValueSchema)
    case optional(ValueSchema)
}

/// One key as documents and editors need to know it.
public struct KeyDescription: Hashable, Sendable {
    public var name: String
    /// Its purpose, as lines of a comment.
    public var help: String
    public var schema: ValueSchema
    /// Its default, in YAML.
    public var value: String
    public var isRequired: Bool

    public init(name: String, help: String, schema: ValueSchema, value: String, isRequired: Bool) {
        self.name = name
        self.help = help
        self.schema = schema
        self.value = value
        self.isRequired = isRequired
    }
}
