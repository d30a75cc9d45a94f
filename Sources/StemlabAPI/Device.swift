// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a program shows to a person, and asks with (RFC 8628, 3.2).
public struct DeviceAuthorization: Codable, Sendable {
    public var deviceCode: String
    public var userCode: String
    public var verificationURI: String
    public var verificationURIComplete: String
    /// Seconds.
    public var expiresIn: Int
    /// Seconds between two questions.
    public var interval: Int

    public init(
        deviceCode: String, userCode: String, verificationURI: String, verificationURIComplete: String, expiresIn: Int,
        interval: Int
    ) {
        (self.deviceCode, self.userCode, self.verificationURI) = (deviceCode, userCode, verificationURI)
        (self.verificationURIComplete, self.expiresIn, self.interval) = (verificationURIComplete, expiresIn, interval)
    }

    private enum CodingKeys: String, CodingKey {
        case deviceCode = "device_code"
        case userCode = "user_code"
        case verificationURI = "verification_uri"
        case verificationURIComplete = "verification_uri_complete"
        case expiresIn = "expires_in"
        case interval
    }
}

/// The token of a program that was approved.
public struct DeviceToken: Codable, Sendable {
    public var accessToken: String
    /// Always `Bearer`.
    public var tokenType: String
    /// ``Scope``s, with spaces between them.
    public var scope: String

    public init(accessToken: String, scope: String) {
        self.accessToken = accessToken
        tokenType = "Bearer"
        self.scope = scope
    }

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case scope
    }
}

/// Not yet, or never (RFC 6749, 5.2; RFC 8628, 3.5).
public struct OAuthError: Codable, Hashable, Sendable {
    /// `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, `invalid_grant`, `invalid_request` or
    /// `unsupported_grant_type`.
    public var error: String
    public var errorDescription: String
    /// Our own name for it, such as `device.pending`.
    public var code: String

    public init(error: String, description: String, code: String) {
        self.error = error
        errorDescription = description
        self.code = code
    }

    private enum CodingKeys: String, CodingKey {
        case error, code
        case errorDescription = "error_description"
    }
}

/// What a person answers to a program that asks for a token.
public enum DeviceDecision: String, Codable, Sendable { case approve, deny }
