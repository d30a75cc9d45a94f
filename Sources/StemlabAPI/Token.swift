// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a token allows.
public enum Scope: String, Codable, CaseIterable, Sendable {
    case jobsRead = "jobs:read"
    case jobsWrite = "jobs:write"
    case account
}

/// A token of an account, without its secret.
public struct Token: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable { case session, device, personal }

    public var id: String
    public var kind: Kind
    /// Of a personal token, its name; of a device, what it calls itself.
    public var name: String?
    public var scopes: [Scope]
    public var createdAt: Timestamp
    /// To the day.
    public var usedAt: Timestamp?
    public var expiresAt: Timestamp?
    /// Whether this is the one it was asked with.
    public var current: Bool

    public init(
        id: String, kind: Kind, name: String?, scopes: [Scope], createdAt: Timestamp, usedAt: Timestamp?,
        expiresAt: Timestamp?,
        current: Bool
    ) {
        (self.id, self.kind, self.name, self.scopes, self.createdAt) = (id, kind, name, scopes, createdAt)
        (self.usedAt, self.expiresAt, self.current) = (usedAt, expiresAt, current)
    }

    private enum CodingKeys: String, CodingKey {
        case id, kind, name, scopes, current
        case createdAt = "created_at"
        case usedAt = "used_at"
        case expiresAt = "expires_at"
    }
}

/// A page of ``Token``s.
public struct TokenPage: Codable, Sendable {
    public var tokens: [Token]
    /// The `cursor` of the page that follows; absent on the last.
    public var next: String?

    public init(tokens: [Token], next: String?) {
        self.tokens = tokens
        self.next = next
    }
}

/// Asks for a personal token.
public struct TokenOrder: Codable, Sendable {
    public var name: String
    public var scopes: [Scope]
    /// Left out: it ends only when it is revoked.
    public var expiresInDays: Int?

    public init(name: String, scopes: [Scope], expiresInDays: Int? = nil) {
        (self.name, self.scopes, self.expiresInDays) = (name, scopes, expiresInDays)
    }

    private enum CodingKeys: String, CodingKey {
        case name, scopes
        case expiresInDays = "expires_in_days"
    }
}

/// A token with its secret, which is shown this once.
public struct NewToken: Codable, Sendable {
    public var token: Token
    public var secret: String

    public init(token: Token, secret: String) {
        self.token = token
        self.secret = secret
    }
}
