// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI

/// Verifies a person by address and password: throttled before any hashing, and taking as long for an
/// address that has no account.
struct PasswordVerifier: Sendable {
    let store: Store
    let hashing: PasswordHashing
    /// Of all clients, by the address's key. Every attempt counts; one that succeeds gives all of them back.
    private let attempts: RateLimiter<String>
    /// Those of callers who are signed in, by the account, in the same way: strangers use up none of them.
    private let proofs: RateLimiter<String>

    init(store: Store, hashing: PasswordHashing, attempts: RatePolicy) {
        self.store = store
        self.hashing = hashing
        self.attempts = RateLimiter(attempts)
        proofs = RateLimiter(attempts)
    }

    /// Compares the password of an address's account.
    /// - Returns: `nil`: there is no such account, or it has another password; the caller does not learn which.
    /// - Throws: ``APIError``: `signin.throttled`, `account.disabled` (only after the right password).
    func prove(_ email: String, _ password: Secret) async throws -> PasswordProof? {
        let record = try await store.read { try AccountTable.find(email: email, in: $0) }
        let key = EmailAddress.key(email)
        guard let proof = try await proof(of: password, record, counting: attempts, key) else { return nil }
        if proof.account.disabledAt != nil {
            throw APIError(.accountDisabled, "the administrator has disabled the account")
        }
        return proof
    }

    /// The same for a caller who is signed in, and has to prove it once more.
    /// - Throws: ``APIError``: `password.wrong`, `signin.throttled`.
    func prove(_ holder: Principal, _ password: Secret) async throws -> PasswordProof {
        let record = try await store.read(for: holder) { try AccountTable.find(holder.account, in: $0) }
        guard let proof = try await proof(of: password, record, counting: proofs, holder.account) else {
            throw PasswordProof.wrong
        }
        return proof
    }

    /// Gives an account's attempts back: its owner has a new password, and is no stranger.
    func resetAttempts(_ account: AccountRecord) {
        attempts.forget(EmailAddress.key(account.email))
        proofs.forget(account.id)
    }

    private func proof(
        of password: Secret, _ record: AccountRecord?, counting attempts: RateLimiter<String>, _ key: String
    ) async throws -> PasswordProof? {
        if let wait = attempts.take(key, now: .now).wait {
            throw APIError(.signinThrottled, "too many attempts for this account", retryAfter: wait)
        }
        var record = record
        while true {
            let verdict = try await hashing.check(password, against: record?.password)
            guard verdict.isRight, let known = record else { return nil }
            guard verdict.isOutdated else {
                attempts.forget(key)
                return PasswordProof(account: known)
            }
            // Set anew meanwhile, or raised by another sign-in: then that has to be compared.
            record = try await raise(known, password)
        }
    }

    /// Stores a password that is known to be right at the cost that is asked now, unless it is not what is stored any
    /// more.
    /// - Returns: the account as it is then.
    private func raise(_ known: AccountRecord, _ password: Secret) async throws -> AccountRecord? {
        let raised = try await hashing.hash(password)
        return try await store.write { database in
            try database.execute(
                sql: "UPDATE account SET password = ? WHERE id = ? AND password = ?",
                arguments: [raised, known.id, known.password])
            return try AccountTable.find(known.id, in: database)
        }
    }
}

/// Proof that the caller knew an account's password when it was compared: good for as long as it is the account's.
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
