// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Signing up and in.
public struct Credentials: Codable, Sendable {
    public var email: String
    public var password: String

    public init(email: String, password: String) {
        self.email = email
        self.password = password
    }
}

/// The code of a mail.
public struct MailCode: Codable, Sendable {
    public var code: String

    public init(code: String) { self.code = code }
}

/// Asks for a mail that lets a new password be set.
public struct ForgottenPassword: Codable, Sendable {
    public var email: String

    public init(email: String) { self.email = email }
}

/// A new password, with the code of the mail.
public struct PasswordReset: Codable, Sendable {
    public var code: String
    public var password: String

    public init(code: String, password: String) {
        self.code = code
        self.password = password
    }
}
