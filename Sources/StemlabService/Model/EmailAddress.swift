// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Addresses of people, as the document lets them be.
enum EmailAddress {
    static let form = TextForm("an e-mail address", isWellFormed)

    /// Two addresses with the same key are the same.
    static func key(_ address: String) -> String { address.lowercased() }

    private static func isWellFormed(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].count),
            parts[0].allSatisfy({ TextForm.isAlphanumeric($0) || specials.contains($0) })
        else { return false }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return (2...9).contains(labels.count) && labels.allSatisfy(isLabel)
    }

    private static let specials = Set(".!#$%&'*+/=?^_`{|}~-".utf8)

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
            && label.allSatisfy { TextForm.isAlphanumeric($0) || $0 == hyphen }
    }
}

/// The forms of what people type.
enum InputForms {
    static let password = TextForm.any("a password of 10 to 256 characters", 10...256)
    /// One that is compared, not set.
    static let givenPassword = TextForm.any("a password of at most 256 characters", 0...256)
    static let personName = TextForm.line("a name of at most 100 characters", 0...100)
    static let label = TextForm.line("a name of 1 to 100 characters", 1...100)
}
