// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

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

/// Writes the mails the service sends: all of them transactional, each saying why it came.
struct EmailTemplates: Sendable {
    /// Where links begin.
    let publicURL: String
    let mailSender: MailSender

    func verification(of email: String, _ code: Secret) -> Email {
        Email(
            kind: .verification, recipient: email, subject: "Confirm your address",
            text: """
                Somebody, probably you, signed up at \(publicURL) with this address.

                Confirm it within two days:

                \(publicURL)/verify?code=\(code.reveal())

                If it was not you, do nothing: there is no account until the address is confirmed.

                """)
    }

    func alreadyThere(_ email: String) -> Email {
        Email(
            kind: .alreadyThere, recipient: email, subject: "You have an account already",
            text: """
                Somebody, probably you, gave this address at \(publicURL), which has an account with it already.

                If you have forgotten its password, have a new one set there. If it was not you, nothing has changed.

                """)
    }

    func reset(of email: String, _ code: Secret) -> Email {
        Email(
            kind: .reset, recipient: email, subject: "Set a new password",
            text: """
                Somebody, probably you, asked at \(publicURL) for a new password.

                Set it within an hour:

                \(publicURL)/reset?code=\(code.reveal())

                If it was not you, do nothing: the password stays as it is.

                """)
    }

    func newAddress(_ email: String, _ code: Secret) -> Email {
        Email(
            kind: .newAddress, recipient: email, subject: "Confirm your new address",
            text: """
                An account at \(publicURL) is to have this address.

                Confirm it within an hour:

                \(publicURL)/verify?code=\(code.reveal())

                If you know nothing of it, do nothing.

                """)
    }

    func addressChanges(_ email: String) -> Email {
        Email(
            kind: .addressChanges, recipient: email, subject: "Your address is being changed",
            text: """
                Your account at \(publicURL) is to have another address, which takes effect when that one is confirmed.

                If it was not you, set a new password at once: that signs everybody else out.

                """)
    }
}
