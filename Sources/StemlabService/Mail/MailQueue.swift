// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform

/// The rows of mails. Each call is part of its caller's transaction: a mail is sent if, and only if, what it reports
/// happened.
enum MailQueue {
    /// How long sending is tried: less than the 24 hours for which a provider remembers a mail's key.
    static let patience = Duration.seconds(23 * 3600)
    private static let pauses = Backoff(from: .seconds(60), to: .seconds(3600))

    /// - Returns: its id.
    @discardableResult
    static func add(
        _ email: Email, account: String?, at now: WallTime, in database: Database
    ) throws -> String {
        let id = Identifier.make(.mail, at: now)
        try database.execute(
            sql: """
                INSERT INTO mail (id, account, recipient, recipient_key, kind, subject, text, due_at, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, account, email.recipient, EmailAddress.key(email.recipient),
                email.kind.rawValue, email.subject, email.text, now.milliseconds, now.milliseconds,
            ])
        return id
    }

    /// The work of adding a mail, with nothing to be sent: for an address without an account, whose asker must not
    /// learn that by a watch.
    static func pretend(_ email: Email, at now: WallTime, in database: Database) throws {
        let id = try add(email, account: nil, at: now, in: database)
        try database.execute(sql: "DELETE FROM mail WHERE id = ?", arguments: [id])
    }

    static func due(at now: WallTime, limit: Int, in database: Database) throws -> [QueuedMail] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM mail WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, created_at LIMIT ?",
            arguments: [now.milliseconds, limit]
        ).map(QueuedMail.init)
    }

    /// When there is next something to do.
    static func nextDue(in database: Database) throws -> WallTime? {
        try Int64.fetchOne(database, sql: "SELECT min(due_at) FROM mail WHERE state = 'waiting'").map(WallTime.init)
    }

    /// It has gone out: its text, with its code, is not kept.
    /// - Returns: `false`: it has been erased meanwhile.
    static func sent(_ id: String, at now: WallTime, in database: Database) throws -> Bool {
        try database.execute(
            sql: "UPDATE mail SET state = 'sent', sent_at = ?, text = NULL, attempts = attempts + 1 WHERE id = ?",
            arguments: [now.milliseconds, id])
        return database.changesCount == 1
    }

    /// It could not be sent: later again, or never.
    /// - Returns: whether it is given up.
    static func failed(_ mail: QueuedMail, at now: WallTime, in database: Database) throws -> Bool {
        let due = now.advanced(by: pauses.wait(after: mail.attempts + 1))
        let isOver = due >= mail.createdAt.advanced(by: patience)
        try database.execute(
            sql: """
                UPDATE mail SET attempts = attempts + 1, due_at = ?, state = ?,
                    text = CASE WHEN ? THEN NULL ELSE text END
                WHERE id = ?
                """, arguments: [due.milliseconds, isOver ? "given_up" : "waiting", isOver, mail.id])
        return isOver
    }

    /// It can never be sent.
    static func giveUp(_ id: String, in database: Database) throws {
        try database.execute(
            sql: "UPDATE mail SET state = 'given_up', text = NULL, attempts = attempts + 1 WHERE id = ?",
            arguments: [id])
    }

    /// No mail can be sent before `time`, whatever was tried: nothing of it counts as an attempt.
    static func hold(until time: WallTime, in database: Database) throws {
        try database.execute(
            sql: "UPDATE mail SET due_at = ? WHERE state = 'waiting' AND due_at < ?",
            arguments: [time.milliseconds, time.milliseconds])
    }

    /// Gives up what has waited for too long, also while the service was not running: it may have been sent before
    /// that, and would be sent a second time.
    /// - Returns: how many.
    static func expire(at now: WallTime, in database: Database) throws -> Int {
        try database.execute(
            sql: "UPDATE mail SET state = 'given_up', text = NULL WHERE state = 'waiting' AND created_at <= ?",
            arguments: [now.advanced(by: .zero - patience).milliseconds])
        return database.changesCount
    }

    /// All to an address, whichever account had it sent, and all of an account, to whatever address.
    /// - Returns: which, to be taken back from the transport.
    static func erase(_ key: String, of account: String, in database: Database) throws -> [String] {
        try String.fetchAll(
            database, sql: "DELETE FROM mail WHERE recipient_key = ? OR account = ? RETURNING id",
            arguments: [key, account])
    }

    /// What an export holds: that there were mails, not their texts.
    static func json(of account: String, in database: Database) throws -> JSONValue {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM mail WHERE account = ? ORDER BY created_at", arguments: [account])
        return .array(
            rows.map { row in
                var members: [String: JSONValue] = [
                    "id": .string(row["id"]), "recipient": .string(row["recipient"]), "kind": .string(row["kind"]),
                    "subject": .string(row["subject"]), "state": .string(row["state"]),
                    "created_at": .string(WallTime(milliseconds: row["created_at"]).rfc3339),
                ]
                members["sent_at"] = (row["sent_at"] as Int64?).map { .string(WallTime(milliseconds: $0).rfc3339) }
                return .object(members)
            })
    }
}

/// A mail that waits to be sent.
struct QueuedMail: Sendable {
    let id: String
    let recipient: String
    let kind: String
    let subject: String
    let text: String
    let attempts: Int
    let createdAt: WallTime

    init(_ row: Row) {
        id = row["id"]
        recipient = row["recipient"]
        kind = row["kind"]
        subject = row["subject"]
        text = row["text"] ?? ""
        attempts = row["attempts"]
        createdAt = WallTime(milliseconds: row["created_at"])
    }
}
