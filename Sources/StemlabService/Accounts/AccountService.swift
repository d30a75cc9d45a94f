// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import GRDB
import NIOCore
import Platform
import StemlabAPI

/// Opening, correcting, exporting and erasing accounts.
struct AccountService: Sendable {
    let store: Store
    let hashing: PasswordHashing
    let passwords: PasswordVerifier
    let emailTemplates: EmailTemplates
    let dataOwners: [any AccountDataOwner]
    /// Whether sign-ups are open.
    let isOpen: Bool
    /// Mails that strangers can have sent to one address.
    private let mails: RateLimiter<String>
    /// Moves that one account can begin, to whatever address.
    private let moves: RateLimiter<String>

    init(
        store: Store, hashing: PasswordHashing, passwords: PasswordVerifier, emailTemplates: EmailTemplates,
        dataOwners: [any AccountDataOwner],
        isOpen: Bool
    ) {
        self.store = store
        self.hashing = hashing
        self.passwords = passwords
        self.emailTemplates = emailTemplates
        self.dataOwners = dataOwners
        self.isOpen = isOpen
        mails = RateLimiter(RatePolicy(5, per: .seconds(3600)))
        moves = RateLimiter(RatePolicy(5, per: .seconds(3600)))
    }

    private static let badCode = APIError(.codeInvalid, "the code is wrong, was used, or is too old")

    /// Takes a sign-up in. The same work and the same answer, whether or not the address has an account; the mail
    /// differs.
    /// - Throws: ``APIError``: `signup.closed`.
    func signUp(_ email: String, _ password: Secret, at now: WallTime) async throws {
        guard isOpen else { throw APIError(.signupClosed, "accounts are made by the administrator here") }
        let hash = try await hashing.hash(password)
        let code = ServiceSecret.make(.mail)
        let isTooMuch = mails.take(EmailAddress.key(email), now: .now).wait != nil
        let emailTemplates = emailTemplates
        try await store.write { database in
            let account = try AccountTable.find(email: email, in: database)
            try database.execute(
                sql: "INSERT INTO signup (digest, email, email_key, password, expires_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    // Of an address that has an account nothing can come of it.
                    Data(account == nil && !isTooMuch ? code.digest : ServiceSecret.make(.mail).digest), email,
                    EmailAddress.key(email), hash, now.advanced(by: MailCodes.signupLife).milliseconds,
                ])
            if isTooMuch { return }
            let email =
                account == nil
                ? emailTemplates.verification(of: email, code.secret) : emailTemplates.alreadyThere(email)
            try MailQueue.add(email, account: account?.id, at: now, in: database)
        }
        emailTemplates.mailSender.wake()
    }

    /// Opens the account whose address is proved by a code, or moves one to its new address.
    /// - Throws: ``APIError``: `code.invalid`.
    func verify(_ code: Secret, at now: WallTime) async throws {
        let secret = ServiceSecret(code)
        let dataOwners = dataOwners
        try await store.write { database in
            if let row = try Row.fetchOne(
                database, sql: "DELETE FROM signup WHERE digest = ? AND expires_at > ? RETURNING email, password",
                arguments: [Data(secret.digest), now.milliseconds])
            {
                guard
                    try AccountTable.open(
                        email: row["email"], name: "", password: row["password"], dataOwners: dataOwners, at: now,
                        in: database)
                        != nil
                else { throw Self.badCode }
            } else if let (account, email) = try MailCodes.take(secret, .email, at: now, in: database), let email {
                guard try AccountTable.find(email: email, in: database).map({ $0.id == account }) ?? true else {
                    throw Self.badCode
                }
                try AccountTable.move(account, to: email, in: database)
            } else {
                throw Self.badCode
            }
        }
    }

    /// Has a code sent, if the address has an account; otherwise reports nothing, and writes as much.
    func forgotPassword(_ email: String, at now: WallTime) async throws {
        let code = ServiceSecret.make(.mail)
        let isTooMuch = mails.take(EmailAddress.key(email), now: .now).wait != nil
        let emailTemplates = emailTemplates
        try await store.write { database in
            let account = try AccountTable.find(email: email, in: database).flatMap { isTooMuch ? nil : $0 }
            try MailCodes.add(code, .reset, account: account?.id, at: now, in: database)
            let email = emailTemplates.reset(of: account?.email ?? email, code.secret)
            if let account {
                try MailQueue.add(email, account: account.id, at: now, in: database)
            } else {
                try MailQueue.pretend(email, at: now, in: database)
            }
        }
        emailTemplates.mailSender.wake()
    }

    /// - Throws: ``APIError``: `code.invalid`.
    func resetPassword(_ code: Secret, to password: Secret, at now: WallTime) async throws {
        let secret = ServiceSecret(code)
        guard try await store.read({ try MailCodes.isGood(secret, .reset, at: now, in: $0) }) else {
            throw Self.badCode
        }
        let hash = try await hashing.hash(password)
        let account = try await store.write { database in
            guard let (account, _) = try MailCodes.take(secret, .reset, at: now, in: database) else {
                throw Self.badCode
            }
            try AccountTable.setPassword(hash, of: account, in: database)
            try TokenTable.revokeAll(of: account, at: now, in: database)
            return try AccountTable.find(account, in: database)
        }
        if let account { passwords.resetAttempts(account) }
    }

    /// Makes an account at once, for the administrator.
    /// - Returns: `nil` when the address has one already.
    func add(_ email: String, name: String, password: Secret, at now: WallTime) async throws -> AccountRecord? {
        let hash = try await hashing.hash(password)
        let dataOwners = dataOwners
        return try await store.write { database in
            try AccountTable.open(
                email: email, name: name, password: hash, dataOwners: dataOwners, at: now, in: database
            )
            .flatMap { try AccountTable.find($0, in: database) }
        }
    }

    func read(for holder: Principal) async throws -> AccountRecord {
        try await store.read(for: holder) { try Self.read(holder.account, in: $0) }
    }

    private static func read(_ account: String, in database: Database) throws -> AccountRecord {
        guard let record = try AccountTable.find(account, in: database) else {
            throw APIError(.tokenRevoked, "the account has been erased")
        }
        return record
    }

    /// A new password leaves the token it is asked with, and no other.
    /// - Throws: ``APIError``: `password.wrong`, `signin.throttled`, `rate.limited` when the account moves too often.
    func correct(
        _ correction: AccountCorrection, for holder: Principal, at now: WallTime
    ) async throws -> AccountRecord {
        let account = holder.account
        var proof: PasswordProof?
        if correction.email != nil || correction.newPassword != nil {
            guard let given = correction.currentPassword else {
                throw APIError.malformed("/body/current_password", "a new address or password needs it")
            }
            proof = try await passwords.prove(holder, Secret(given))
        }
        var hash: String?
        if let password = correction.newPassword { hash = try await hashing.hash(Secret(password)) }
        let (proven, newHash, emailTemplates) = (proof, hash, emailTemplates)
        let mayMail = try correction.email.map { try takeMail(to: $0, for: proven) } ?? true
        let corrected = try await store.write(for: holder) { database in
            let record = try Self.read(account, in: database)
            if let proven, try proven.holder(in: database) == nil { throw PasswordProof.wrong }
            if let name = correction.name {
                try database.execute(sql: "UPDATE account SET name = ? WHERE id = ?", arguments: [name, account])
            }
            if let newHash {
                try AccountTable.setPassword(newHash, of: account, in: database)
                try TokenTable.revokeAll(of: account, but: holder.token, at: now, in: database)
            }
            if let email = correction.email, email != record.email {
                try Self.move(record, to: email, mayMail: mayMail, emailTemplates, at: now, in: database)
            }
            return try Self.read(account, in: database)
        }
        emailTemplates.mailSender.wake()
        return corrected
    }

    /// Whether an account may have a mail sent to an address that it wants to move to. As with sign-ups, the caller
    /// does not learn that an address gets no more of them.
    private func takeMail(to email: String, for proof: PasswordProof?) throws(APIError) -> Bool {
        guard let account = proof?.account, email != account.email else { return true }
        if let wait = moves.take(account.id, now: .now).wait {
            throw APIError(
                .rateLimited, "an account may change its address \(moves.policy.quota) times an hour", retryAfter: wait)
        }
        return mails.take(EmailAddress.key(email), now: .now).wait == nil
    }

    private static func move(
        _ record: AccountRecord, to email: String, mayMail: Bool, _ emailTemplates: EmailTemplates, at now: WallTime,
        in database: Database
    ) throws {
        // One change at a time: a code for an address that is not wanted any more is none.
        try database.execute(
            sql: "DELETE FROM mail_code WHERE account = ? AND purpose = 'email'", arguments: [record.id])
        try database.execute(sql: "UPDATE account SET pending_email = ? WHERE id = ?", arguments: [email, record.id])
        let holder = try AccountTable.find(email: email, in: database)
        if !mayMail {
            // Nothing can come of it.
        } else if let holder, holder.id != record.id {
            // Its holder learns of it; who asks does not learn that there is one.
            try MailQueue.add(emailTemplates.alreadyThere(email), account: holder.id, at: now, in: database)
        } else {
            let code = ServiceSecret.make(.mail)
            try MailCodes.add(code, .email, account: record.id, email: email, at: now, in: database)
            try MailQueue.add(emailTemplates.newAddress(email, code.secret), account: record.id, at: now, in: database)
        }
        try MailQueue.add(emailTemplates.addressChanges(record.email), account: record.id, at: now, in: database)
    }

    /// Erases the account of a caller who proves to be its owner.
    /// - Throws: ``APIError``: `password.wrong`, `signin.throttled`.
    func erase(for holder: Principal, _ password: Secret) async throws {
        let proof = try await passwords.prove(holder, password)
        let (dataOwners, emailTemplates) = (dataOwners, emailTemplates)
        try await finish(
            store.write(for: holder) { database in
                guard try proof.holder(in: database) != nil else { throw PasswordProof.wrong }
                return try Self.erase(holder.account, of: dataOwners, emailTemplates.mailSender, in: database)
            })
    }

    /// Erases an account and everything of it, for the administrator.
    func erase(_ account: String) async throws {
        let (dataOwners, emailTemplates) = (dataOwners, emailTemplates)
        try await finish(store.write { try Self.erase(account, of: dataOwners, emailTemplates.mailSender, in: $0) })
    }

    /// What is left to do of an erasure.
    private typealias Remains = [@Sendable () async throws -> Void]

    /// The rows go in one transaction, then the log that held them, then files.
    private static func erase(
        _ account: String, of dataOwners: [any AccountDataOwner], _ mailSender: MailSender, in database: Database
    ) throws -> Remains {
        guard let record = try AccountTable.find(account, in: database) else { return [] }
        var remains = try dataOwners.map { try $0.erasing(account, in: database) }
        // By its own address alone: the one it wanted to move to was never proved, and may be another person's.
        let key = EmailAddress.key(record.email)
        let mails = try MailQueue.erase(key, of: account, in: database)
        remains.append { try await mailSender.takeBack(mails) }
        try database.execute(sql: "DELETE FROM signup WHERE email_key = ?", arguments: [key])
        try database.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [account])
        return remains
    }

    private func finish(_ remains: Remains) async throws {
        try await store.truncateLog()
        for remove in remains { try await remove() }
    }

    /// Everything that is held of an account.
    func export(for holder: Principal, at now: WallTime) async throws -> Archive {
        let own = try await store.read(for: holder) { try Self.members(of: holder.account, at: now, in: $0) }
        return try await archive(of: holder.account, own, at: now)
    }

    /// The same into a file, for the administrator.
    func export(
        _ account: String, at now: WallTime, write: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        let own = try await store.read { try Self.members(of: account, at: now, in: $0) }
        try await archive(of: account, own, at: now).write { try await write(Array($0.readableBytesView)) }
    }

    private static func members(
        of account: String, at now: WallTime, in database: Database
    ) throws -> [ArchiveMember] {
        let tokens = try TokenTable.page(of: account, before: nil, limit: 10_000, at: now, in: database)
        return [
            ArchiveMember("account.json", Array(try WireCoding.bytes(read(account, in: database).wire))),
            ArchiveMember("tokens.json", Array(try WireCoding.bytes(tokens.map { $0.wire(current: nil) }))),
            ArchiveMember("mail.json", try MailQueue.json(of: account, in: database).bytes(indented: true)),
        ]
    }

    private func archive(of account: String, _ own: [ArchiveMember], at now: WallTime) async throws -> Archive {
        var members = own
        for owner in dataOwners { members += try await owner.archive(of: account) }
        return Archive(members: members, at: now)
    }
}
