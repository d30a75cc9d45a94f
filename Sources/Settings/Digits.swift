// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Whole numbers out of text, without trapping.
enum Digits {
    /// The digits at the beginning of `text`, taken off it; `nil` when there are none or they exceed an `Int64`.
    static func take(from text: inout Substring) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
        guard let number = Int64(digits) else { return nil }
        text = text[digits.endIndex...]
        return number
    }
}
