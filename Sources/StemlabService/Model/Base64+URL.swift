// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

extension Base64 {
    /// For URLs and tokens (RFC 4648, 5), without padding.
    static func urlText(of bytes: some Sequence<UInt8>) -> String {
        String(
            Base64.text(of: Array(bytes)).compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }
}
