// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Bytes as hexadecimal digits.
package enum Hexadecimal {
    private static let lower = Array("0123456789abcdef".utf8)
    private static let upper = Array("0123456789ABCDEF".utf8)

    /// Lower case, two digits a byte.
    package static func text(of bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { digits(of: $0) }, as: UTF8.self)
    }

    /// The two digits of a byte.
    package static func digits(of byte: UInt8, uppercase: Bool = false) -> [UInt8] {
        let alphabet = uppercase ? upper : lower
        return [alphabet[Int(byte >> 4)], alphabet[Int(byte & 15)]]
    }

    /// The value of one digit, in either case; `nil` when it is none.
    package static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}
