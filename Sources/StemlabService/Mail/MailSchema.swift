// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The queue of mail. A text is kept until it is sent; that one was sent, for thirty days.
enum MailSchema {
    static let migration = Migration("mail") { database in
        try database.execute(
            sql: """
                CREATE TABLE mail (
                    id TEXT NOT NULL PRIMARY KEY,
                    -- None: for somebody who has no account yet.
                    account TEXT REFERENCES account(id) ON DELETE CASCADE,
                    recipient TEXT NOT NULL,
                    recipient_key TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    text TEXT,
                    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given_up')),
                    attempts INTEGER NOT NULL DEFAULT 0,
                    due_at INTEGER NOT NULL,
                    created_at INTEGER NOT NULL,
                    sent_at INTEGER
                ) STRICT;
                CREATE INDEX mail_due ON mail(due_at) WHERE state = 'waiting';
                CREATE INDEX mail_account ON mail(account);
                CREATE INDEX mail_recipient ON mail(recipient_key);
                """)
    }
}
