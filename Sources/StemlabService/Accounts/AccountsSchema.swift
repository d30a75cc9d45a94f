// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The tables of accounts and of what lets people and programs in. Times are milliseconds since 1970; digests are
/// SHA-256.
enum AccountsSchema {
    static let migration = Migration("accounts") { database in
        try database.execute(
            sql: """
                CREATE TABLE account (
                    id TEXT NOT NULL PRIMARY KEY,
                    email TEXT NOT NULL,
                    -- The address in lower case: what makes two the same.
                    email_key TEXT NOT NULL UNIQUE,
                    name TEXT NOT NULL DEFAULT '',
                    -- As PasswordHash writes it, with its parameters.
                    password TEXT NOT NULL,
                    pending_email TEXT,
                    disabled_at INTEGER,
                    created_at INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE token (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    account TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
                    kind TEXT NOT NULL CHECK (kind IN ('session', 'device', 'personal')),
                    name TEXT,
                    scopes TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    -- When its day began.
                    used_at INTEGER,
                    expires_at INTEGER,
                    revoked_at INTEGER
                ) STRICT;
                CREATE INDEX token_list ON token(account, number);

                -- What is sent for a token: one secret, or of a session a pair that changes with every refresh. Those
                -- that ended stay until they would have expired, to be known when they come again.
                CREATE TABLE credential (
                    digest BLOB NOT NULL PRIMARY KEY,
                    token INTEGER NOT NULL REFERENCES token(number) ON DELETE CASCADE,
                    purpose TEXT NOT NULL CHECK (purpose IN ('access', 'refresh')),
                    expires_at INTEGER,
                    ended_at INTEGER,
                    -- A refresh token that ended may come once more within a minute.
                    may_return INTEGER NOT NULL DEFAULT 1
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX credential_token ON credential(token);
                CREATE INDEX credential_expiry ON credential(expires_at);

                -- An account that is not there yet: its address waits to be verified.
                CREATE TABLE signup (
                    digest BLOB NOT NULL PRIMARY KEY,
                    email TEXT NOT NULL,
                    email_key TEXT NOT NULL,
                    password TEXT NOT NULL,
                    expires_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX signup_email ON signup(email_key);

                CREATE TABLE mail_code (
                    digest BLOB NOT NULL PRIMARY KEY,
                    purpose TEXT NOT NULL CHECK (purpose IN ('email', 'reset')),
                    -- None: somebody asked for an address that has no account, and was made to wait as long.
                    account TEXT REFERENCES account(id) ON DELETE CASCADE,
                    email TEXT,
                    expires_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX mail_code_account ON mail_code(account);

                -- A program that waits to be approved (RFC 8628).
                CREATE TABLE device (
                    digest BLOB NOT NULL PRIMARY KEY,
                    user_code TEXT NOT NULL UNIQUE,
                    client TEXT NOT NULL,
                    scopes TEXT NOT NULL,
                    address TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    asked_at INTEGER,
                    interval_ms INTEGER NOT NULL,
                    decision TEXT CHECK (decision IN ('approve', 'deny')),
                    account TEXT REFERENCES account(id) ON DELETE CASCADE,
                    token INTEGER REFERENCES token(number) ON DELETE CASCADE,
                    issued_at INTEGER
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX device_account ON device(account);
                CREATE INDEX device_token ON device(token);
                """)
    }
}
