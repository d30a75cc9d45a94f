// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI

/// Finds out whether somebody is who they say, by address and password: throttled before any hashing, and taking as long for an
/// address that has no account.
struct PasswordDesk: Sendable {
    let store: Store
    let hashing: PasswordHashing
    /// By the address's key. Every attempt counts; one that succeeds gives all of them back.
    private let attempts: RateLimiter<String>

    init(store: Store, hashing: PasswordHashing, attempts: RatePolicy) {
        self.store = store
        self.hashing = hashing
        self.attempts = RateLimiter(attempts)
    }

    /// The account of an address, if the password is its.
    /// - Returns: `nil`: there is no such account, or it has another password; nobody is told which.
    /// - Throws: ``Refusal``: `signin.throttled`, `account.disabled` (told only to who knows the password).
    func account(_ email: String, _ password: Secret) async throws -> AccountRecord? {
        let record = try await store.read { try AccountBook.find(email: email, in: $0) }
        guard try await isRight(password, email: email, record) else { return nil }
        if record?.disabledAt != nil { throw Refusal(.accountDisabled, "the administrator has disabled the account") }
        return record
    }

    /// The same for somebody who is signed in, and has to prove it once more.
    /// - Throws: ``Refusal``: `password.wrong`, `signin.throttled`.
    func prove(_ holder: Principal, _ password: Secret) async throws -> AccountRecord {
        let record = try await store.read(for: holder) { try AccountBook.find(holder.account, in: $0) }
        guard let record, try await isRight(password, email: record.email, record) else {
            throw Refusal(.passwordWrong, "this is not the account's password")
        }
        return record
    }

    private func isRight(_ password: Secret, email: String, _ record: AccountRecord?) async throws -> Bool {
        let key = EmailAddress.key(email)
        if let wait = attempts.take(key, now: .now).wait {
            throw Refusal(.signinThrottled, "too many attempts for this address", retryAfter: wait)
        }
        let verdict = try await hashing.check(password, against: record?.password)
        guard verdict.isRight, let record else { return false }
        attempts.forget(key)
        if verdict.isOutdated {
            let raised = try await hashing.hash(password)
            try await store.write { database in
                // Unless it was changed meanwhile.
                guard try AccountBook.find(record.id, in: database)?.password == record.password else { return }
                try database.execute(
                    sql: "UPDATE account SET password = ? WHERE id = ?", arguments: [raised, record.id])
            }
        }
        return true
    }
}
