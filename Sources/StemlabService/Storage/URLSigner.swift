// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Platform

/// Makes and checks URLs that carry their own permission: one method, one path, one size, until one time.
struct URLSigner: Sendable {
    /// Why a URL opens nothing.
    enum Rejection: Error, Hashable, Sendable {
        /// It was not made here, or was changed since.
        case invalid
        case expired
    }

    /// What a URL is good for.
    struct Permission: Hashable, Sendable {
        /// As in the request line.
        var method: String
        /// The whole of it, from the first slash on, as it is sent.
        var path: String
        /// Bytes of the whole object.
        var size: Int64
        /// Seconds since 1970.
        var expires: Int64
    }

    /// Bytes of a key.
    static let keySize = 32

    private let key: SymmetricKey

    /// - Parameter key: ``keySize`` random bytes, the same as long as URLs are to be good.
    init(key: some Sequence<UInt8>) { self.key = SymmetricKey(data: Array(key)) }

    /// The path with its query: what follows the origin.
    func sign(_ permission: Permission) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Self.text(permission), using: key)
        return "\(permission.path)?size=\(permission.size)&expires=\(permission.expires)"
            + "&signature=\(Base64.urlText(of: code))"
    }

    /// Compares in a time that does not depend on where the difference is.
    /// - Parameter signature: 43 characters, as it came.
    func check(_ permission: Permission, signature: String, at now: WallTime) throws(Rejection) {
        guard let code = Self.bytes(of: signature),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.text(permission), using: key)
        else { throw .invalid }
        guard now.milliseconds / 1000 < permission.expires else { throw .expired }
    }

    /// A line each, so that no two permissions read the same: neither method nor path has a line break in it.
    private static func text(_ permission: Permission) -> [UInt8] {
        Array(
            "\(permission.method)\n\(permission.path)\n\(permission.size)\n\(permission.expires)".utf8)
    }

    /// `nil` for what ``Base64/urlText(of:)`` never writes for a code.
    private static func bytes(of signature: String) -> [UInt8]? {
        guard signature.utf8.count == 43, !signature.contains("+"), !signature.contains("/") else { return nil }
        let plain = signature.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return Base64.bytes(of: String(plain) + "=")
    }
}
