// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Bytes as text that URLs take as it is (RFC 4648, section 5, without padding).
enum Base64URL {
    static func text(of bytes: [UInt8]) -> String {
        String(
            Base64.text(of: bytes).compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    /// `nil` for what ``text(of:)`` never writes.
    static func bytes(of text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        else { return nil }
        let plain = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return Base64.bytes(of: String(plain) + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }
}
