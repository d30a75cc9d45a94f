// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import GRDB
import Platform

/// Codes that are sent by mail: each of one use, and only for a while.
enum MailCodes {
    enum Purpose: String { case email, reset }

    static let signupLife = Duration.seconds(2 * 86_400)
    static let life = Duration.seconds(3600)

    /// - Parameter account: `nil`: for no account, so that asking for an address without an account is the same work.
    static func add(
        _ code: ServiceSecret, _ purpose: Purpose, account: String?, email: String? = nil, at now: WallTime,
        in database: Database
    ) throws {
        try database.execute(
            sql: "INSERT INTO mail_code (digest, purpose, account, email, expires_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                Data(code.digest), purpose.rawValue, account, email, now.advanced(by: life).milliseconds,
            ])
    }

    /// Whose code it is; it is used up by this.
    static func take(
        _ code: ServiceSecret, _ purpose: Purpose, at now: WallTime, in database: Database
    ) throws -> (account: String, email: String?)? {
        try Row.fetchOne(
            database,
            sql: """
                DELETE FROM mail_code WHERE digest = ? AND purpose = ? AND expires_at > ? AND account IS NOT NULL
                RETURNING account, email
                """, arguments: [Data(code.digest), purpose.rawValue, now.milliseconds]
        ).map { ($0["account"], $0["email"]) }
    }

    /// None that was sent for an account works any more.
    static func forget(of account: String, in database: Database) throws {
        try database.execute(sql: "DELETE FROM mail_code WHERE account = ?", arguments: [account])
    }

    /// Whether it would be taken, before a password is hashed for it.
    static func isGood(_ code: ServiceSecret, _ purpose: Purpose, at now: WallTime, in database: Database) throws
        -> Bool
    {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM mail_code
                    WHERE digest = ? AND purpose = ? AND expires_at > ? AND account IS NOT NULL)
                """, arguments: [Data(code.digest), purpose.rawValue, now.milliseconds]) ?? false
    }
}
