// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI

/// That somebody knew an account's password when it was compared: good for as long as it is the account's.
struct PasswordProof: Sendable {
    /// As it was then.
    let account: AccountRecord

    static let wrong = APIError(.passwordWrong, "this is not the account's password")

    /// Whose it is, as it is now: to be asked in the transaction that grants something for it.
    /// - Returns: `nil`: the account is gone, or has been given another password since.
    func holder(in database: Database) throws -> AccountRecord? {
        guard let now = try AccountTable.find(account.id, in: database), now.password == account.password else {
            return nil
        }
        return now
    }
}
