// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI

/// A token as the database has it.
struct TokenRecord: Sendable {
    let number: Int64
    let id: String
    let account: String
    let kind: Token.Kind
    let name: String?
    let scopes: Set<Scope>
    let createdAt: WallTime
    let usedAt: WallTime?
    let expiresAt: WallTime?
    let revokedAt: WallTime?

    /// How long a device's works without being used.
    static let deviceLife = Duration.seconds(180 * 86_400)

    /// When it stops working by itself: of a device, when it has not been used for long.
    var endsAt: WallTime? {
        kind == .device ? (usedAt ?? createdAt).advanced(by: Self.deviceLife) : expiresAt
    }

    /// As its owner sees it.
    func wire(current: String?) -> Token {
        Token(
            id: id, kind: kind, name: name, scopes: Scope.allCases.filter(scopes.contains),
            createdAt: Timestamp(createdAt),
            usedAt: usedAt.map { Timestamp($0) }, expiresAt: endsAt.map { Timestamp($0) }, current: id == current)
    }
}

/// Scopes as text: words with a space between them, as RFC 6749 has them.
enum Scopes {
    static func text(_ scopes: Set<Scope>) -> String {
        Scope.allCases.filter(scopes.contains).map(\.rawValue).joined(separator: " ")
    }

    static func read(_ text: String) -> Set<Scope> {
        Set(text.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
    }
}
