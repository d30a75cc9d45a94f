// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The table of uploads.
enum UploadsSchema {
    static let migration = Migration("uploads") { db in
        try db.execute(
            sql: """
                CREATE TABLE upload (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    account TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
                    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'complete', 'used')),
                    bytes INTEGER NOT NULL CHECK (bytes BETWEEN 1 AND 107374182400),
                    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
                    created_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL
                ) STRICT;
                -- The same content is one upload until a job has it.
                CREATE UNIQUE INDEX upload_content ON upload(account, sha256, bytes) WHERE state <> 'used';
                CREATE INDEX upload_list ON upload(account, number);
                CREATE INDEX upload_expiry ON upload(expires_at) WHERE state <> 'used';
                """)
    }
}
