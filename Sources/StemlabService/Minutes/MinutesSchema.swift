// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The minute ledger's tables, and the rules that no code above them can break.
///
/// A movement takes milliseconds of audio from one book to another, so that the books of an account sum to zero by the
/// shape of a row:
///
/// | kind    | from      | to        |
/// |---------|-----------|-----------|
/// | grant   | granted   | available |
/// | reserve | available | reserved  |
/// | charge  | reserved  | spent     |
/// | refund  | reserved  | available |
///
/// A grant that is taken back is one of a negative amount.
enum MinutesSchema {
    static let migration = Migration("minutes") { db in
        try db.execute(
            sql: """
                CREATE TABLE movement (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    account TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
                    kind TEXT NOT NULL,
                    source TEXT NOT NULL,
                    target TEXT NOT NULL,
                    amount_ms INTEGER NOT NULL CHECK (abs(amount_ms) <= 9007199254740991),
                    job TEXT,
                    note TEXT CHECK (length(note) <= 200),
                    at INTEGER NOT NULL,
                    CHECK (kind || ' ' || source || ' ' || target IN (
                        'grant granted available', 'reserve available reserved',
                        'charge reserved spent', 'refund reserved available')),
                    CHECK ((kind = 'grant') = (job IS NULL)),
                    CHECK (amount_ms > 0 OR (kind = 'grant' AND amount_ms < 0))
                ) STRICT;

                -- Every sum over an account's books is read from this alone.
                CREATE INDEX movement_balance ON movement(account, kind, amount_ms);
                CREATE INDEX movement_statement ON movement(account, id);
                CREATE INDEX movement_day ON movement(account, at) WHERE kind = 'reserve';

                -- At most one of each kind for a job: one charge, whatever crashes.
                CREATE UNIQUE INDEX movement_once ON movement(job, kind) WHERE job IS NOT NULL;

                CREATE TRIGGER movement_never_changes BEFORE UPDATE ON movement BEGIN
                    SELECT RAISE(ABORT, 'a movement of minutes is never changed');
                END;

                -- Goes only with its account, whose row is gone by the time the deletion comes down here.
                CREATE TRIGGER movement_never_goes BEFORE DELETE ON movement
                WHEN EXISTS (SELECT 1 FROM account WHERE id = OLD.account) BEGIN
                    SELECT RAISE(ABORT, 'a movement of minutes is never removed');
                END;

                -- What is charged and refunded for a job was reserved for it, on the same account.
                CREATE TRIGGER movement_within_reservation BEFORE INSERT ON movement
                WHEN NEW.kind IN ('charge', 'refund') AND NEW.amount_ms > (
                    SELECT coalesce(sum(CASE kind WHEN 'reserve' THEN amount_ms ELSE -amount_ms END), 0)
                    FROM movement WHERE job = NEW.job AND account = NEW.account
                ) BEGIN
                    SELECT RAISE(ABORT, 'more minutes than are reserved for the job');
                END;

                -- Nothing is spent that is not there.
                CREATE TRIGGER movement_within_balance BEFORE INSERT ON movement
                WHEN (NEW.kind = 'reserve' OR NEW.amount_ms < 0) AND abs(NEW.amount_ms) > (
                    SELECT coalesce(sum(CASE kind WHEN 'charge' THEN 0 WHEN 'reserve' THEN -amount_ms
                                        ELSE amount_ms END), 0)
                    FROM movement WHERE account = NEW.account
                ) BEGIN
                    SELECT RAISE(ABORT, 'more minutes than are available');
                END;

                -- What the administrator changed of an account's limits; NULL: as configured.
                CREATE TABLE account_limits (
                    account TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
                    track_ms INTEGER CHECK (track_ms >= 0),
                    upload_bytes INTEGER CHECK (upload_bytes BETWEEN 0 AND 107374182400),
                    concurrent_jobs INTEGER CHECK (concurrent_jobs BETWEEN 1 AND 100000),
                    open_uploads INTEGER CHECK (open_uploads BETWEEN 1 AND 10000),
                    day_ms INTEGER CHECK (day_ms >= 0)
                ) STRICT;
                """)
    }
}
