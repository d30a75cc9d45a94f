// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// What an account's movements up to one of them sum up to, carried forward so that a balance stays as quick to read
/// after years as on the first day.
///
/// It cannot drift from what it sums up: movements never change, and the database takes no closing that is not their
/// sum.
enum BalanceSnapshot {
    static let migration = Migration("minute closings") { db in
        try db.execute(
            sql: """
                CREATE TABLE closing (
                    account TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
                    -- The last movement in it.
                    movement INTEGER NOT NULL,
                    granted_ms INTEGER NOT NULL,
                    reserved_ms INTEGER NOT NULL,
                    charged_ms INTEGER NOT NULL,
                    refunded_ms INTEGER NOT NULL
                ) STRICT;

                -- Every sum over an account's books is read from this alone, from its closing on.
                CREATE INDEX movement_since ON movement(account, id, kind, amount_ms);
                DROP INDEX movement_balance;
                DROP INDEX movement_statement;

                CREATE TRIGGER closing_is_the_sum BEFORE INSERT ON closing
                WHEN (NEW.granted_ms, NEW.reserved_ms, NEW.charged_ms, NEW.refunded_ms) IS NOT (
                    SELECT coalesce(sum(amount_ms) FILTER (WHERE kind = 'grant'), 0),
                        coalesce(sum(amount_ms) FILTER (WHERE kind = 'reserve'), 0),
                        coalesce(sum(amount_ms) FILTER (WHERE kind = 'charge'), 0),
                        coalesce(sum(amount_ms) FILTER (WHERE kind = 'refund'), 0)
                    FROM movement WHERE account = NEW.account AND id <= NEW.movement
                ) BEGIN
                    SELECT RAISE(ABORT, 'a closing is the sum of its movements');
                END;
                CREATE TRIGGER closing_is_replaced BEFORE UPDATE ON closing BEGIN
                    SELECT RAISE(ABORT, 'a closing is replaced as a whole');
                END;

                DROP TRIGGER movement_within_balance;
                CREATE TRIGGER movement_within_balance BEFORE INSERT ON movement
                WHEN (NEW.kind = 'reserve' OR NEW.amount_ms < 0) AND abs(NEW.amount_ms) > (
                    SELECT coalesce(sum(CASE kind WHEN 'charge' THEN 0 WHEN 'reserve' THEN -amount_ms
                                        ELSE amount_ms END), 0)
                    FROM movement WHERE account = NEW.account AND id > coalesce(
                        (SELECT movement FROM closing WHERE account = NEW.account), 0)
                ) + coalesce(
                    (SELECT granted_ms - reserved_ms + refunded_ms FROM closing WHERE account = NEW.account), 0)
                BEGIN
                    SELECT RAISE(ABORT, 'more minutes than are available');
                END;
                """)
    }

    /// Movements that are added up at each look, at the most; then they are closed.
    static let interval = 500

    /// Closes an account's movements, if there are many since they were closed last.
    static func closeIfDue(_ account: String, in db: Database) throws {
        let since = try Int64.fetchOne(
            db, sql: "SELECT movement FROM closing WHERE account = ?", arguments: [account])
        let due = try Bool.fetchOne(
            db, sql: "SELECT count(*) >= ? FROM movement WHERE account = ? AND id > ?",
            arguments: [interval, account, since ?? 0])
        guard due == true else { return }
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO closing
                SELECT :account, max(id),
                    coalesce(sum(amount_ms) FILTER (WHERE kind = 'grant'), 0),
                    coalesce(sum(amount_ms) FILTER (WHERE kind = 'reserve'), 0),
                    coalesce(sum(amount_ms) FILTER (WHERE kind = 'charge'), 0),
                    coalesce(sum(amount_ms) FILTER (WHERE kind = 'refund'), 0)
                FROM movement WHERE account = :account
                """,
            arguments: ["account": account])
    }
}
