// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The tables of jobs, of their stems, and of the queue's fairness.
enum JobsSchema {
    static let migration = Migration("jobs") { db in
        try db.execute(
            sql: """
                CREATE TABLE job (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    account TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
                    idempotency_key TEXT NOT NULL,
                    -- SHA-256 of what was asked for: the same key with another body is refused.
                    request TEXT NOT NULL,
                    client_reference TEXT,
                    upload TEXT REFERENCES upload(id) ON DELETE SET NULL,
                    format TEXT NOT NULL CHECK (format IN ('wav', 'flac')),
                    wanted TEXT NOT NULL,
                    reserved_ms INTEGER NOT NULL CHECK (reserved_ms > 0),
                    state TEXT NOT NULL DEFAULT 'queued'
                        CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
                    progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
                    model TEXT,
                    charged_ms INTEGER,
                    failure_code TEXT,
                    failure_detail TEXT,
                    created_at INTEGER NOT NULL,
                    started_at INTEGER,
                    finished_at INTEGER,
                    -- When its upload and its stems are removed.
                    expires_at INTEGER,
                    swept INTEGER NOT NULL DEFAULT 0,
                    start_tag INTEGER NOT NULL,
                    not_before INTEGER NOT NULL,
                    lease TEXT,
                    lease_until INTEGER,
                    -- How often it was begun, and how often that ended in a fault of ours.
                    leases INTEGER NOT NULL DEFAULT 0,
                    faults INTEGER NOT NULL DEFAULT 0,
                    CHECK ((state = 'running') = (lease IS NOT NULL)),
                    CHECK ((lease IS NULL) = (lease_until IS NULL)),
                    CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
                    CHECK ((finished_at IS NULL) = (charged_ms IS NULL)),
                    CHECK ((state = 'failed') = (failure_code IS NOT NULL))
                ) STRICT;
                CREATE UNIQUE INDEX job_key ON job(account, idempotency_key);
                CREATE INDEX job_list ON job(account, number);
                CREATE INDEX job_reference ON job(account, client_reference, number) WHERE client_reference IS NOT NULL;
                CREATE INDEX job_under_way ON job(account) WHERE state IN ('queued', 'running');
                CREATE INDEX job_queue ON job(start_tag, number) WHERE state = 'queued';
                CREATE INDEX job_lease ON job(lease_until) WHERE state = 'running';
                CREATE INDEX job_expiry ON job(expires_at) WHERE expires_at IS NOT NULL AND swept = 0;
                CREATE INDEX job_upload ON job(upload);

                CREATE TABLE stem (
                    job TEXT NOT NULL REFERENCES job(id) ON DELETE CASCADE,
                    name TEXT NOT NULL,
                    bytes INTEGER NOT NULL,
                    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
                    PRIMARY KEY (job, name)
                ) STRICT, WITHOUT ROWID;

                -- Keys of jobs that were deleted: what they meant is never made again.
                CREATE TABLE deleted_job (
                    account TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
                    idempotency_key TEXT NOT NULL,
                    PRIMARY KEY (account, idempotency_key)
                ) STRICT, WITHOUT ROWID;

                -- Start-time fair queueing: the tag of the job that was begun last, and where each account's
                -- next one goes.
                CREATE TABLE queue_clock (id INTEGER PRIMARY KEY CHECK (id = 1), tag INTEGER NOT NULL) STRICT;
                INSERT INTO queue_clock VALUES (1, 0);
                CREATE TABLE queue_share (
                    account TEXT PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
                    next_tag INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
