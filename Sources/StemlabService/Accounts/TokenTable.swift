// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import GRDB
import Platform
import StemlabAPI

/// What is asked of, and done to, the rows of tokens. Each call is part of its caller's transaction.
enum TokenTable {
    /// An access token of a session.
    static let accessLife = Duration.seconds(15 * 60)
    /// A session that is not refreshed.
    static let sessionLife = Duration.seconds(30 * 86_400)
    /// How long after its use a refresh token may come once more.
    static let grace = Duration.seconds(60)
    /// Personal tokens of an account.
    static let mostPersonal = 50

    /// Makes a token that no secret stands for yet.
    static func make(
        _ kind: Token.Kind, of account: String, name: String?, scopes: Set<Scope>, expiresAt: WallTime?,
        at now: WallTime,
        in database: Database
    ) throws -> TokenRecord {
        let id = Identifier.make(.token, at: now)
        try database.execute(
            sql: """
                INSERT INTO token (id, account, kind, name, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, account, kind.rawValue, name, Scopes.text(scopes), now.milliseconds, expiresAt?.milliseconds,
            ])
        guard let record = try find(id, in: database) else {
            throw Failure(.systemInternal, "a token is not there after it was made", remedy: .stop)
        }
        return record
    }

    /// Makes a secret that stands for a token from now on.
    static func issue(
        _ kind: ServiceSecret.Kind, for token: Int64, expiresAt: WallTime?, in database: Database
    ) throws -> Secret {
        let secret = ServiceSecret.make(kind)
        let purpose: Purpose = kind == .refresh ? .refresh : .access
        try database.execute(
            sql: "INSERT INTO credential (digest, token, purpose, expires_at) VALUES (?, ?, ?, ?)",
            arguments: [Data(secret.digest), token, purpose.rawValue, expiresAt?.milliseconds])
        return secret.secret
    }

    enum Purpose: String { case access, refresh }

    static func find(_ id: String, in database: Database) throws -> TokenRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM token WHERE id = ?", arguments: [id]).map(TokenRecord.init)
    }

    /// What is known of a secret that was sent.
    struct Finding: Sendable {
        let token: TokenRecord
        let expiresAt: WallTime?
        let endedAt: WallTime?
        let mayReturn: Bool
        let isDisabled: Bool
    }

    static func find(_ secret: ServiceSecret, _ purpose: Purpose, in database: Database) throws -> Finding? {
        try Row.fetchOne(
            database,
            sql: """
                SELECT token.*, credential.expires_at AS secret_expires_at, credential.ended_at, credential.may_return,
                    account.disabled_at
                FROM credential JOIN token ON token.number = credential.token JOIN account ON account.id = token.account
                WHERE credential.digest = ? AND credential.purpose = ?
                """, arguments: [Data(secret.digest), purpose.rawValue]
        ).map { row in
            Finding(
                token: try TokenRecord(row), expiresAt: (row["secret_expires_at"] as Int64?).map(WallTime.init),
                endedAt: (row["ended_at"] as Int64?).map(WallTime.init), mayReturn: row["may_return"],
                isDisabled: (row["disabled_at"] as Int64?) != nil)
        }
    }

    /// Ends whatever stands for a token now.
    /// - Parameter mayReturn: whether a refresh token among it may come once more: its answer may be lost.
    static func endCredentials(of token: Int64, mayReturn: Bool, at now: WallTime, in database: Database) throws {
        try database.execute(
            sql: "UPDATE credential SET ended_at = ?, may_return = ? WHERE token = ? AND ended_at IS NULL",
            arguments: [now.milliseconds, mayReturn, token])
    }

    static func revoke(_ number: Int64, at now: WallTime, in database: Database) throws {
        try database.execute(
            sql: "UPDATE token SET revoked_at = ? WHERE number = ? AND revoked_at IS NULL",
            arguments: [now.milliseconds, number])
    }

    /// Every token of an account, but one, and every program that was approved and has not fetched its token.
    static func revokeAll(of account: String, but kept: String? = nil, at now: WallTime, in database: Database) throws {
        try database.execute(
            sql: "UPDATE token SET revoked_at = ? WHERE account = ? AND id IS NOT ? AND revoked_at IS NULL",
            arguments: [now.milliseconds, account, kept])
        try database.execute(sql: "DELETE FROM device WHERE account = ?", arguments: [account])
    }

    /// Those that still work, newest first.
    static func page(
        of account: String, before: Int64?, limit: Int, at now: WallTime, in database: Database
    ) throws -> [TokenRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT * FROM token
                WHERE account = ? AND number < ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
                    AND (kind <> 'device' OR coalesce(used_at, created_at) > ?)
                ORDER BY number DESC LIMIT ?
                """,
            arguments: [
                account, before ?? .max, now.milliseconds,
                now.advanced(by: .zero - TokenRecord.deviceLife).milliseconds, limit,
            ]
        ).map(TokenRecord.init)
    }

    /// Notes the day of its use.
    static func use(_ number: Int64, at now: WallTime, in database: Database) throws {
        try database.execute(
            sql: "UPDATE token SET used_at = ? WHERE number = ?", arguments: [now.startOfDay.milliseconds, number])
    }
}

extension TokenRecord {
    init(_ row: Row) throws {
        guard let kind = Token.Kind(rawValue: row["kind"]) else {
            throw Failure(.systemInternal, "the database has a token of no known kind", remedy: .stop)
        }
        number = row["number"]
        id = row["id"]
        account = row["account"]
        self.kind = kind
        name = row["name"]
        scopes = Scopes.read(row["scopes"])
        createdAt = WallTime(milliseconds: row["created_at"])
        usedAt = (row["used_at"] as Int64?).map(WallTime.init)
        expiresAt = (row["expires_at"] as Int64?).map(WallTime.init)
        revokedAt = (row["revoked_at"] as Int64?).map(WallTime.init)
    }
}
