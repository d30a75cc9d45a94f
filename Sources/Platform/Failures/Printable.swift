// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// Text from outside made safe for a log, a terminal, a message: control characters and bytes that are not UTF-8
/// are written as `\xNN`, direction overrides as `\u{…}`, and the length is bounded.
public struct Printable: CustomStringConvertible, Hashable, Sendable {
    public let description: String

    /// - Parameter limit: the most bytes shown; the rest is replaced by `…`.
    public init(_ text: String, limit: Int = 1024) { self.init(bytes: text.utf8, limit: limit) }

    public init(_ path: FilePath, limit: Int = 1024) {
        self.init(
            bytes: path.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: path.length)) }.map {
                UInt8(bitPattern: $0)
            }, limit: limit)
    }

    public init(bytes: some Collection<UInt8>, limit: Int = 1024) {
        var shown = ""
        var decoder = UTF8()
        var rest = bytes.prefix(limit)[...]
        while let first = rest.first {
            var iterator = rest.makeIterator()
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                switch scalar.value {
                case 0..<0x20, 0x7F..<0xA0: shown += Self.hex(scalar.value)
                case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                    shown += "\\u{" + String(scalar.value, radix: 16) + "}"
                default: shown.unicodeScalars.append(scalar)
                }
                rest = rest.dropFirst(UTF8.width(scalar))
            case .error, .emptyInput:
                shown += Self.hex(UInt32(first))
                rest = rest.dropFirst()
            }
            decoder = UTF8()
        }
        description = bytes.count > limit ? shown + "…" : shown
    }

    private static func hex(_ value: UInt32) -> String {
        (value < 16 ? "\\x0" : "\\x") + String(value, radix: 16)
    }
}
