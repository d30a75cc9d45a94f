// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// A value as its `encode(to:)` writes it, to be printed by ``text(indented:)``: unlike the encoder of Foundation, that
    /// keeps `0.0` a number with a fraction, and no control character gets into a terminal.
    /// The value's `encode(to:)` must not throw: an answer that cannot be written is an error of the program.
    public init(encoding value: some Encodable) {
        do { self = try ValueEncoder.encode(value) } catch { preconditionFailure("\(error)") }
    }
}

extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? value.decode(Int64.self) {
            self = .int(number)
        } else if let number = try? value.decode(Double.self) {
            self = .double(number)
        } else if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let elements = try? value.decode([JSONValue].self) {
            self = .array(elements)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let flag): try container.encode(flag)
        case .int(let number): try container.encode(number)
        case .double(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}

/// A member that is always there: `null` where there is no value. (An optional without it is left out.)
@propertyWrapper
public struct Nullable<Value: Codable & Sendable>: Codable, Sendable {
    public var wrappedValue: Value?
    public init() {}
    public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}

extension Nullable: Equatable where Value: Equatable {}

extension KeyedDecodingContainer {
    /// What another version does not write is read as `null`.
    public func decode<Value>(_ type: Nullable<Value>.Type, forKey key: Key) throws -> Nullable<Value> {
        Nullable(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
    }

    /// Of a member that may be missing as well, `null` stays what it is.
    public func decodeIfPresent<Value>(_ type: Nullable<Value>.Type, forKey key: Key) throws -> Nullable<Value>? {
        contains(key) ? try decode(type, forKey: key) : nil
    }
}

/// Collects what one value writes.
private final class ValueEncoder: Encoder {
    var single = JSONValue.null
    var elements: [JSONValue]?
    var members: [String: JSONValue]?

    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    static func encode(_ value: some Encodable) throws -> JSONValue {
        switch value {
        case let json as JSONValue: return json
        case let text as String: return .string(text)
        case let flag as Bool: return .bool(flag)
        case let number as any BinaryInteger: return .int(Int64(clamping: number))
        case let number as any BinaryFloatingPoint: return .double(Double(number))
        default:
            let encoder = ValueEncoder()
            try value.encode(to: encoder)
            return encoder.members.map(JSONValue.object) ?? encoder.elements.map(JSONValue.array) ?? encoder.single
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        members = members ?? [:]
        return KeyedEncodingContainer(Members<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        elements = elements ?? []
        return Elements(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

    // Each generic `encode` is that of every kind of number, too. None of our values writes itself piece by piece.

    private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: ValueEncoder
        var codingPath: [any CodingKey] { [] }

        func encodeNil(forKey key: Key) { encoder.members?[key.stringValue] = .null }
        func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
            encoder.members?[key.stringValue] = try ValueEncoder.encode(value)
        }
        func nestedContainer<Nested>(keyedBy: Nested.Type, forKey: Key) -> KeyedEncodingContainer<Nested> {
            fatalError()
        }
        func nestedUnkeyedContainer(forKey: Key) -> any UnkeyedEncodingContainer { fatalError() }
        func superEncoder() -> any Encoder { encoder }
        func superEncoder(forKey: Key) -> any Encoder { encoder }
    }

    private struct Elements: UnkeyedEncodingContainer {
        let encoder: ValueEncoder
        var codingPath: [any CodingKey] { [] }
        var count: Int { encoder.elements?.count ?? 0 }

        func encodeNil() { encoder.elements?.append(.null) }
        func encode<T: Encodable>(_ value: T) throws { encoder.elements?.append(try ValueEncoder.encode(value)) }
        func nestedContainer<Nested>(keyedBy: Nested.Type) -> KeyedEncodingContainer<Nested> { fatalError() }
        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { fatalError() }
        func superEncoder() -> any Encoder { encoder }
    }

    private struct Single: SingleValueEncodingContainer {
        let encoder: ValueEncoder
        var codingPath: [any CodingKey] { [] }

        func encodeNil() { encoder.single = .null }
        func encode<T: Encodable>(_ value: T) throws { encoder.single = try ValueEncoder.encode(value) }
    }
}
