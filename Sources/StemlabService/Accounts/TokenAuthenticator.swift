// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI

/// Finds who holds a token, and checks that it works.
struct TokenAuthenticator: Sendable {
    let store: Store

    /// - Throws: ``APIError``: `token.invalid`, `token.revoked`, `token.expired`, `account.disabled`.
    func admit(_ token: Secret, at now: WallTime) async throws -> Principal {
        let secret = ServiceSecret(token)
        let found = try await store.read { try Self.token(of: secret, at: now, in: $0) }
        // Its first use, and one a day: what the list of tokens shows, and what keeps a device's alive.
        if found.usedAt.map({ $0 < now.startOfDay }) ?? true {
            try await store.write { try TokenTable.use(found.number, at: now, in: $0) }
        }
        return Principal(account: found.account, token: found.id, kind: found.kind, scopes: found.scopes) {
            _ = try Self.token(of: secret, at: $1, in: $0)
        }
    }

    private static func token(
        of secret: ServiceSecret, at now: WallTime, in database: Database
    ) throws -> TokenRecord {
        guard let finding = try TokenTable.find(secret, .access, in: database) else {
            throw APIError(.tokenInvalid, "this service did not give it out, or has forgotten it")
        }
        try check(finding, now)
        return finding.token
    }

    private static func check(_ finding: TokenTable.Finding, _ now: WallTime) throws(APIError) {
        if finding.token.revokedAt != nil { throw APIError(.tokenRevoked, "it was revoked") }
        if finding.endedAt != nil {
            throw APIError(.tokenRevoked, "the session was refreshed: this is an earlier token of it")
        }
        for end in [finding.expiresAt, finding.token.endsAt] {
            if let end, end <= now { throw APIError(.tokenExpired, "it worked until \(end.rfc3339)") }
        }
        if finding.isDisabled { throw APIError(.accountDisabled, "the administrator has disabled the account") }
    }
}
