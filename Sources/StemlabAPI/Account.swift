// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// One's own account.
public struct Account: Codable, Hashable, Sendable {
    public var id: String
    public var email: String
    /// A new address that waits to be verified.
    public var pendingEmail: String?
    public var name: String
    public var createdAt: Timestamp

    public init(id: String, email: String, pendingEmail: String?, name: String, createdAt: Timestamp) {
        (self.id, self.email, self.pendingEmail, self.name) = (id, email, pendingEmail, name)
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case id, email, name
        case pendingEmail = "pending_email"
        case createdAt = "created_at"
    }
}

/// Corrects what it names; the rest stays.
public struct AccountCorrection: Codable, Sendable {
    public var name: String?
    public var email: String?
    public var newPassword: String?
    /// Needed with a new address or password.
    public var currentPassword: String?

    public init(
        name: String? = nil, email: String? = nil, newPassword: String? = nil, currentPassword: String? = nil
    ) {
        (self.name, self.email, self.newPassword, self.currentPassword) = (name, email, newPassword, currentPassword)
    }

    private enum CodingKeys: String, CodingKey {
        case name, email
        case newPassword = "new_password"
        case currentPassword = "current_password"
    }
}
