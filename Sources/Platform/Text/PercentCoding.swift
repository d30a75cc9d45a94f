// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// RFC 3986 percent-encoding over bytes: a path need not be UTF-8, so text functions will not do.
package enum PercentCoding {
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let text = bytes.flatMap { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: [byte]
            default: escape(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `%NN`.
    package static func escape(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "%")] + Hexadecimal.digits(of: byte, uppercase: true)
    }

    /// `nil` where a `%` is not followed by two hexadecimal digits.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Hexadecimal.value),
                let low = rest.popFirst().flatMap(Hexadecimal.value)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
