// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform

/// What another part of the service keeps of accounts: it takes part when one is opened, exported or erased.
protocol AccountDataOwner: Sendable {
    /// In the transaction that opens the account.
    func opened(_ account: String, at now: WallTime, in database: Database) throws

    /// What the archive of an export gets from here.
    func archive(of account: String) async throws -> [ArchiveMember]

    /// In the transaction that erases the account, before its row goes and takes along what refers to it.
    /// - Returns: what is left to do once that is on disk, and before the erasure is answered: removing files. It may
    ///   be called again, or never (the process may die): a sweep finds what is left.
    func erasing(_ account: String, in database: Database) throws -> @Sendable () async throws -> Void
}
