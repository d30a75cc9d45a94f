// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform

/// What is asked of, and done to, the rows of accounts. Each call is part of its caller's transaction.
enum AccountTable {
    static func find(email: String, in database: Database) throws -> AccountRecord? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM account WHERE email_key = ?", arguments: [EmailAddress.key(email)]
        ).map(AccountRecord.init)
    }

    static func find(_ id: String, in database: Database) throws -> AccountRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM account WHERE id = ?", arguments: [id]).map(AccountRecord.init)
    }

    /// Every account, by address.
    static func all(in database: Database) throws -> [AccountRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM account ORDER BY email_key").map(AccountRecord.init)
    }

    /// Opens an account, and lets the owners of its data know.
    /// - Returns: its id; `nil` when the address has one already.
    static func open(
        email: String, name: String, password: String, dataOwners: [any AccountDataOwner], at now: WallTime,
        in database: Database
    ) throws -> String? {
        guard try find(email: email, in: database) == nil else { return nil }
        let id = Identifier.make(.account, at: now)
        try database.execute(
            sql: "INSERT INTO account (id, email, email_key, name, password, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [id, email, EmailAddress.key(email), name, password, now.milliseconds])
        try database.execute(sql: "DELETE FROM signup WHERE email_key = ?", arguments: [EmailAddress.key(email)])
        for owner in dataOwners { try owner.opened(id, at: now, in: database) }
        return id
    }

    /// Sets a password, and forgets every code that was sent before: one could set another password, or move the
    /// account to an address that a holder of the old one chose, and have the next code sent there.
    static func setPassword(_ password: String, of id: String, in database: Database) throws {
        try database.execute(
            sql: "UPDATE account SET password = ?, pending_email = NULL WHERE id = ?", arguments: [password, id])
        try MailCodes.forget(of: id, in: database)
    }

    /// Moves an account to an address that it has proved, and forgets the codes that were sent to the one before.
    static func move(_ id: String, to email: String, in database: Database) throws {
        try database.execute(
            sql: "UPDATE account SET email = ?, email_key = ?, pending_email = NULL WHERE id = ?",
            arguments: [email, EmailAddress.key(email), id])
        try MailCodes.forget(of: id, in: database)
    }

    /// Keeps everybody out who holds a token of it, or lets them in again.
    static func setDisabled(_ isDisabled: Bool, _ id: String, at now: WallTime, in database: Database) throws {
        try database.execute(
            sql: "UPDATE account SET disabled_at = ? WHERE id = ?",
            arguments: [isDisabled ? now.milliseconds : nil, id])
    }
}

extension AccountRecord {
    init(_ row: Row) {
        id = row["id"]
        email = row["email"]
        name = row["name"]
        pendingEmail = row["pending_email"]
        disabledAt = (row["disabled_at"] as Int64?).map(WallTime.init)
        createdAt = WallTime(milliseconds: row["created_at"])
        password = row["password"]
    }
}
