// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

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
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.refreshExpiresAt = refreshExpiresAt
    }

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case refreshToken = "refresh_token"
        case refreshExpiresAt = "refresh_expires_at"
    }
}

/// Asks for the next pair.
public struct SessionRefresh: Codable, Sendable {
    public var refreshToken: String

    public init(refreshToken: String) { self.refreshToken = refreshToken }

    private enum CodingKeys: String, CodingKey { case refreshToken = "refresh_token" }
}
