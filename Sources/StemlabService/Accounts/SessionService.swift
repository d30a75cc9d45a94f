// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import GRDB
import Platform
import StemlabAPI

/// Signing in, and keeping on.
struct SessionService: Sendable {
    let store: Store
    let passwords: PasswordVerifier

    /// - Throws: ``APIError``: `session.refused`, `signin.throttled`, `account.disabled`.
    func signIn(_ email: String, _ password: Secret, at now: WallTime) async throws -> Session {
        guard let proof = try await passwords.prove(email, password) else { throw Self.refused }
        return try await store.write { database in
            // Gone, disabled or given another password since it was compared: then this is no way in.
            guard let account = try proof.holder(in: database), account.disabledAt == nil else { throw Self.refused }
            let token = try TokenTable.make(
                .session, of: account.id, name: nil, scopes: Set(Scope.allCases),
                expiresAt: now.advanced(by: TokenTable.sessionLife), at: now, in: database)
            return try Self.issue(token.number, at: now, in: database)
        }
    }

    private static let refused = APIError(.sessionRefused, "there is no such account, or it has another password")

    private enum Refreshed: Sendable {
        case session(Session)
        case refused(APIError)
    }

    /// A new pair for a refresh token. A token that comes again when it may not ends the session: it was copied.
    func refresh(_ token: Secret, at now: WallTime) async throws -> Session {
        let secret = ServiceSecret(token)
        // What ends a session has to stay: a refusal is handed out of the transaction, not thrown through it.
        let outcome = try await store.write { try Self.refresh(secret, at: now, in: $0) }
        switch outcome {
        case .session(let session): return session
        case .refused(let refusal): throw refusal
        }
    }

    private static func refresh(_ secret: ServiceSecret, at now: WallTime, in database: Database) throws -> Refreshed {
        guard let finding = try TokenTable.find(secret, .refresh, in: database) else {
            return .refused(APIError(.tokenInvalid, "this service did not give it out, or has forgotten it"))
        }
        let number = finding.token.number
        if finding.token.revokedAt != nil { return .refused(APIError(.tokenRevoked, "the session has ended")) }
        if let end = finding.expiresAt, end <= now {
            return .refused(APIError(.tokenExpired, "it worked until \(end.rfc3339)"))
        }
        if finding.isDisabled {
            return .refused(APIError(.accountDisabled, "the administrator has disabled the account"))
        }
        if let endedAt = finding.endedAt {
            guard finding.mayReturn, now <= endedAt.advanced(by: TokenTable.grace) else {
                try TokenTable.revoke(number, at: now, in: database)
                return .refused(
                    APIError(
                        .tokenRevoked, "it was used before: the session has ended, since somebody may have copied it"))
            }
            try database.execute(
                sql: "UPDATE credential SET may_return = 0 WHERE digest = ?", arguments: [Data(secret.digest)])
        }
        // The pair whose answer was lost has never been anybody's: if it comes after all, it is a copy.
        try TokenTable.endCredentials(of: number, mayReturn: finding.endedAt == nil, at: now, in: database)
        try database.execute(
            sql: "UPDATE token SET expires_at = ? WHERE number = ?",
            arguments: [now.advanced(by: TokenTable.sessionLife).milliseconds, number])
        return .session(try issue(number, at: now, in: database))
    }

    private static func issue(_ token: Int64, at now: WallTime, in database: Database) throws -> Session {
        let life = TokenTable.accessLife
        let end = now.advanced(by: TokenTable.sessionLife)
        let access = try TokenTable.issue(.access, for: token, expiresAt: now.advanced(by: life), in: database)
        let refresh = try TokenTable.issue(.refresh, for: token, expiresAt: end, in: database)
        return Session(
            accessToken: access.reveal(), expiresIn: Int(life.components.seconds), refreshToken: refresh.reveal(),
            refreshExpiresAt: Timestamp(end))
    }
}
