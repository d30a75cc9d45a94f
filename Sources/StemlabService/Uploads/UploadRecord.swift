// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI

/// What the database knows of an upload. How much of it has arrived, only its file knows.
struct UploadRecord: Hashable, Sendable {
    /// Grows from upload to upload.
    var number: Int64
    var id: String
    var account: String
    var state: Upload.State
    /// As declared.
    var bytes: Int64
    /// As declared, in hexadecimal.
    var sha256: String
    var createdAt: WallTime
    /// When it goes if no job has used it by then, and nothing more of it has arrived.
    var expiresAt: WallTime

    /// How long an upload waits for its next byte, or for a job.
    static let patience: Duration = .seconds(86_400)

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

    init(_ row: Row) throws {
        guard let state = Upload.State(rawValue: row["state"]) else { throw UnreadableRow(table: "upload") }
        number = row["number"]
        id = row["id"]
        account = row["account"]
        self.state = state
        bytes = row["bytes"]
        sha256 = row["sha256"]
        createdAt = WallTime(milliseconds: row["created_at"])
        expiresAt = WallTime(milliseconds: row["expires_at"])
    }
}

/// A row that only a newer version writes.
struct UnreadableRow: Error {
    var table: String
}
