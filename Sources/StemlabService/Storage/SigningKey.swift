// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform

/// The key of signed URLs, made once and kept in the database: URLs stay good over a restart.
enum SigningKey {
    static let migration = Migration("signing key") { db in
        try db.execute(
            sql: """
                CREATE TABLE signing_key (id INTEGER PRIMARY KEY CHECK (id = 1), key TEXT NOT NULL) STRICT;
                """)
        var generator = SystemRandomNumberGenerator()
        let key = (0..<URLSigner.keySize).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try db.execute(sql: "INSERT INTO signing_key VALUES (1, ?)", arguments: [Base64.text(of: key)])
    }

    static func signer(in db: Database) throws -> URLSigner {
        let text = try String.fetchOne(db, sql: "SELECT key FROM signing_key").unwrapped()
        guard let key = Base64.bytes(of: text), key.count == URLSigner.keySize else {
            throw UnreadableRow(table: "signing_key")
        }
        return URLSigner(key: key)
    }
}
