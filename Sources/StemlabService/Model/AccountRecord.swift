// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform
package import StemlabAPI

/// An account as the database has it.
package struct AccountRecord: Hashable, Sendable {
    package let id: String
    package let email: String
    package let name: String
    package let pendingEmail: String?
    package let disabledAt: WallTime?
    package let createdAt: WallTime
    let password: String

    /// As its owner sees it.
    package var wire: Account {
        Account(id: id, email: email, pendingEmail: pendingEmail, name: name, createdAt: Timestamp(createdAt))
    }
}
