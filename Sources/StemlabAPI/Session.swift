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

/// A pair of tokens: the first for requests, the second for the next pair.
public struct Session: Codable, Sendable {
    public var accessToken: String
    /// Always `Bearer`.
    public var tokenType: String
    /// Seconds that the access token works for.
    public var expiresIn: Int
    public var refreshToken: String
    public var refreshExpiresAt: Timestamp

    public init(accessToken: String, expiresIn: Int, refreshToken: String, refreshExpiresAt: Timestamp) {
        self.accessToken = accessToken
        tokenType = "Bearer"
        (self.expiresIn, self.refreshToken, self.refreshExpiresAt) = (expiresIn, refreshToken, refreshExpiresAt)
    }

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case refreshToken = "refresh_token"
        case refreshExpiresAt = "refresh_expires_at"
    }
}
