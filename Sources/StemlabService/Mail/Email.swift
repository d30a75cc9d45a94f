// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A mail to be sent, in plain text.
struct Email: Sendable {
    /// What it is about, for the list of mails and the log.
    enum Kind: String {
        case verification, alreadyThere = "already_there", reset, newAddress = "new_address", addressChanges =
            "address_changes"
    }

    let kind: Kind
    let recipient: String
    let subject: String
    let text: String
}
