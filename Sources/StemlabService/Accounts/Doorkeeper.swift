// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
import StemlabAPI

/// Tells who holds a token.
public struct Doorkeeper: Sendable {
    private let store: Store

    public init(_ store: Store) { self.store = store }

    /// - Throws: ``Refusal``: `token.invalid`, `token.revoked`, `token.expired`, `account.disabled`.
    public func admit(_ token: Secret, at now: WallTime) async throws -> Principal {
        let secret = ServiceSecret(token)
        guard let finding = try await store.read({ try TokenBook.find(secret, .access, in: $0) }) else {
            throw Refusal(.tokenInvalid, "this service did not give it out, or has forgotten it")
        }
        try Self.check(finding, now)
        // Its first use, and one a day: what the list of tokens shows, and what keeps a device's alive.
        if finding.token.usedAt.map({ $0 < TokenBook.day(now) }) ?? true {
            try await store.write { try TokenBook.use(finding.token.number, at: now, in: $0) }
        }
        return finding.token.principal
    }

    private static func check(_ finding: TokenBook.Finding, _ now: WallTime) throws(Refusal) {
        if finding.token.revokedAt != nil { throw Refusal(.tokenRevoked, "it was revoked") }
        if finding.endedAt != nil {
            throw Refusal(.tokenRevoked, "the session was refreshed: this is an earlier token of it")
        }
        for end in [finding.expiresAt, finding.token.endsAt] {
            if let end, end <= now { throw Refusal(.tokenExpired, "it worked until \(end.rfc3339)") }
        }
        if finding.isDisabled { throw Refusal(.accountDisabled, "the administrator has disabled the account") }
    }
}
