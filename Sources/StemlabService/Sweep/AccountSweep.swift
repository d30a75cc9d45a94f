// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform

/// Forgets what has had its time: sign-ups, codes and programs that were never completed, tokens that ended long ago,
/// mails that were sent, with their files. Doing it twice, or beside a running service, is fine.
enum AccountSweep {
    /// How long an ended token is known as such, rather than as none.
    static let memory = Duration.seconds(30 * 86_400)

    /// - Parameter outbox: the one that mails are written into, or were before a provider took them.
    static func run(_ store: Store, _ outbox: Outbox, at now: WallTime) async throws {
        let before = now.advanced(by: .zero - memory).milliseconds
        try await store.write { database in
            for table in ["signup", "mail_code"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE expires_at <= ?", arguments: [now.milliseconds])
            }
            // A token that was issued may be fetched again for a while after that.
            try database.execute(
                sql: "DELETE FROM device WHERE expires_at <= ?",
                arguments: [now.advanced(by: .zero - DeviceTable.refetch).milliseconds])
            try database.execute(sql: "DELETE FROM credential WHERE expires_at <= ?", arguments: [before])
            try database.execute(
                sql: """
                    DELETE FROM token WHERE revoked_at <= ?1 OR expires_at <= ?1
                        OR (kind = 'device' AND coalesce(used_at, created_at) <= ?2)
                    """,
                arguments: [before, now.advanced(by: .zero - TokenRecord.deviceLife - memory).milliseconds])
            try database.execute(
                sql: "DELETE FROM mail WHERE state <> 'waiting' AND created_at <= ?", arguments: [before])
        }
        try await outbox.sweep(at: now)
    }
}
