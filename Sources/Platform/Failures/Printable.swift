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
        self.init(bytes: path.bytes, limit: limit)
    }

    public init(bytes: some Collection<UInt8>, limit: Int = 1024) {
        var shown = ""
        for unit in TextUnit.units(of: bytes.prefix(limit)) {
            switch unit {
            case .byte(let byte): shown += Self.hex(byte)
            case .scalar(let scalar):
                switch scalar.value {
                case 0..<0x20, 0x7F..<0xA0: shown += Self.hex(UInt8(scalar.value))
                case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                    shown += "\\u{" + String(scalar.value, radix: 16) + "}"
                default: shown.unicodeScalars.append(scalar)
                }
            }
        }
        description = bytes.count > limit ? shown + "…" : shown
    }

    private static func hex(_ byte: UInt8) -> String { "\\x" + Hexadecimal.text(of: [byte]) }
}
