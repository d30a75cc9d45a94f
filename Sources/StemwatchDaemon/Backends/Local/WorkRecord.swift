// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A few named byte strings in a file: `key=value` ended by a NUL, as in an environment, so that a path is stored as
/// its bytes.
///
/// Readable with `tr '\0' '\n' < FILE`. A reader ignores unknown keys. A record without its end counts as none.
struct WorkRecord: Equatable {
    private(set) var fields: [(key: String, value: [UInt8])] = []

    /// The first value of `key`.
    subscript(key: String) -> [UInt8]? { fields.first { $0.key == key }?.value }

    /// The first value of `key` as a number.
    func number(_ key: String) -> Int64? { self[key].flatMap { Int64(String(decoding: $0, as: UTF8.self)) } }

    /// Every value of `key`, in order.
    func all(_ key: String) -> [[UInt8]] { fields.filter { $0.key == key }.map(\.value) }

    /// - Parameter value: without a NUL.
    mutating func append(_ key: String, _ value: [UInt8]) {
        precondition(!value.contains(0), "a record's value holds a NUL")
        fields.append((key, value))
    }
    mutating func append(_ key: String, _ value: String) { append(key, Array(value.utf8)) }
    mutating func append(_ key: String, _ value: some BinaryInteger) { append(key, "\(value)") }

    /// Kept as whole milliseconds.
    mutating func append(_ key: String, _ value: Duration) {
        let (seconds, attoseconds) = value.components
        append(key, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    var bytes: [UInt8] { fields.flatMap { Array($0.key.utf8) + [equals] + $0.value + [0] } + Self.end }

    init() {}

    /// - Returns: `nil` for anything that ``bytes`` did not write whole.
    init?(_ bytes: [UInt8]) {
        guard bytes.suffix(Self.end.count).elementsEqual(Self.end) else { return nil }
        for field in bytes.dropLast(Self.end.count).split(separator: 0) {
            guard let middle = field.firstIndex(of: equals) else { return nil }
            fields.append((String(decoding: field[..<middle], as: UTF8.self), Array(field[(middle + 1)...])))
        }
    }

    private static let end = Array("end=\0".utf8)

    static func == (a: Self, b: Self) -> Bool { a.bytes == b.bytes }
}

private let equals = UInt8(ascii: "=")
