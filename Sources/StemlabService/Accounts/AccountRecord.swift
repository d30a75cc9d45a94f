// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
public import Platform
public import StemlabAPI

/// An account as the database has it.
public struct AccountRecord: Hashable, Sendable {
    public let id: String
    public let email: String
    public let name: String
    public let pendingEmail: String?
    public let disabledAt: WallTime?
    public let createdAt: WallTime
    let password: String

    init(_ row: Row) {
        id = row["id"]
        email = row["email"]
        name = row["name"]
        pendingEmail = row["pending_email"]
        disabledAt = (row["disabled_at"] as Int64?).map(WallTime.init)
        createdAt = WallTime(milliseconds: row["created_at"])
        password = row["password"]
    }

    /// As it is told to its owner.
    public var wire: Account {
        Account(id: id, email: email, pendingEmail: pendingEmail, name: name, createdAt: Timestamp(createdAt))
    }
}
