// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import GRDB
import NIOCore
public import Platform
import StemlabAPI

/// Opening, correcting, exporting and erasing accounts.
public struct AccountDesk: Sendable {
    let store: Store
    let hashing: PasswordHashing
    let passwords: PasswordDesk
    let letters: Letters
    let rooms: [any AccountRoom]
    /// Whether anybody may sign up.
    let isOpen: Bool
    /// Mails that strangers can have sent to one address.
    private let mails: RateLimiter<String>

    init(
        store: Store, hashing: PasswordHashing, passwords: PasswordDesk, letters: Letters, rooms: [any AccountRoom],
        isOpen: Bool
    ) {
        self.store = store
        self.hashing = hashing
        self.passwords = passwords
        self.letters = letters
        self.rooms = rooms
        self.isOpen = isOpen
        mails = RateLimiter(RatePolicy(5, per: .seconds(3600)))
    }

    private static let badCode = Refusal(.codeInvalid, "the code is wrong, was used, or is too old")

    /// Takes a sign-up in. The same work and the same answer, whether or not the address has an account; the mail differs.
    /// - Throws: ``Refusal``: `signup.closed`.
    func signUp(_ email: String, _ password: Secret, at now: WallTime) async throws {
        guard isOpen else { throw Refusal(.signupClosed, "accounts are made by the administrator here") }
        let hash = try await hashing.hash(password)
        let code = ServiceSecret.make(.mail)
        let isTooMuch = mails.take(EmailAddress.key(email), now: .now).wait != nil
        let letters = letters
        try await store.write { database in
            let account = try AccountBook.find(email: email, in: database)
            try database.execute(
                sql: "INSERT INTO signup (digest, email, email_key, password, expires_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    // Of an address that has an account nothing can come of it.
                    Data(account == nil && !isTooMuch ? code.digest : ServiceSecret.make(.mail).digest), email,
                    EmailAddress.key(email), hash, now.advanced(by: MailCodes.signupLife).milliseconds,
                ])
            if isTooMuch { return }
            let letter = account == nil ? letters.verification(of: email, code.secret) : letters.alreadyThere(email)
            try MailQueue.add(letter, account: account?.id, at: now, in: database)
        }
        letters.postman.wake()
    }

    /// Opens the account whose address is proved by a code, or moves one to its new address.
    /// - Throws: ``Refusal``: `code.invalid`.
    func verify(_ code: Secret, at now: WallTime) async throws {
        let secret = ServiceSecret(code)
        let rooms = rooms
        try await store.write { database in
            if let row = try Row.fetchOne(
                database, sql: "DELETE FROM signup WHERE digest = ? AND expires_at > ? RETURNING email, password",
                arguments: [Data(secret.digest), now.milliseconds])
            {
                guard
                    try AccountBook.open(
                        email: row["email"], name: "", password: row["password"], rooms: rooms, at: now, in: database)
                        != nil
                else { throw Self.badCode }
            } else if let (account, email) = try MailCodes.take(secret, .email, at: now, in: database), let email {
                guard try AccountBook.find(email: email, in: database).map({ $0.id == account }) ?? true else {
                    throw Self.badCode
                }
                try database.execute(
                    sql: "UPDATE account SET email = ?, email_key = ?, pending_email = NULL WHERE id = ?",
                    arguments: [email, EmailAddress.key(email), account])
            } else {
                throw Self.badCode
            }
        }
    }

    /// Has a code sent, if the address has an account; says nothing of it otherwise.
    func forgotPassword(_ email: String, at now: WallTime) async throws {
        let code = ServiceSecret.make(.mail)
        let isTooMuch = mails.take(EmailAddress.key(email), now: .now).wait != nil
        let letters = letters
        try await store.write { database in
            let account = isTooMuch ? nil : try AccountBook.find(email: email, in: database)
            try MailCodes.add(code, .reset, account: account?.id, at: now, in: database)
            guard let account else { return }
            try MailQueue.add(letters.reset(of: account.email, code.secret), account: account.id, at: now, in: database)
        }
        letters.postman.wake()
    }

    /// - Throws: ``Refusal``: `code.invalid`.
    func resetPassword(_ code: Secret, to password: Secret, at now: WallTime) async throws {
        let secret = ServiceSecret(code)
        guard try await store.read({ try MailCodes.isGood(secret, .reset, at: now, in: $0) }) else {
            throw Self.badCode
        }
        let hash = try await hashing.hash(password)
        try await store.write { database in
            guard let (account, _) = try MailCodes.take(secret, .reset, at: now, in: database) else {
                throw Self.badCode
            }
            try AccountBook.setPassword(hash, of: account, in: database)
            try TokenBook.revokeAll(of: account, at: now, in: database)
        }
    }

    /// Makes an account at once, for the administrator.
    /// - Returns: `nil` when the address has one already.
    public func add(_ email: String, name: String, password: Secret, at now: WallTime) async throws -> AccountRecord? {
        let hash = try await hashing.hash(password)
        let rooms = rooms
        return try await store.write { database in
            try AccountBook.open(email: email, name: name, password: hash, rooms: rooms, at: now, in: database)
                .flatMap { try AccountBook.find($0, in: database) }
        }
    }

    func read(_ account: String) async throws -> AccountRecord {
        guard let record = try await store.read({ try AccountBook.find(account, in: $0) }) else {
            throw Refusal(.tokenRevoked, "the account has been erased")
        }
        return record
    }

    /// - Parameter token: the one it is asked with, which a new password leaves.
    /// - Throws: ``Refusal``: `password.wrong`, `signin.throttled`.
    func correct(
        _ account: String, _ correction: AccountCorrection, keeping token: String, at now: WallTime
    ) async throws -> AccountRecord {
        if correction.email != nil || correction.newPassword != nil {
            guard let given = correction.currentPassword else {
                throw Refusal.malformed("/body/current_password", "a new address or password needs it")
            }
            _ = try await passwords.prove(account, Secret(given))
        }
        var hash: String?
        if let password = correction.newPassword { hash = try await hashing.hash(Secret(password)) }
        let (newHash, code, letters) = (hash, ServiceSecret.make(.mail), letters)
        try await store.write { database in
            guard let record = try AccountBook.find(account, in: database) else { return }
            if let name = correction.name {
                try database.execute(sql: "UPDATE account SET name = ? WHERE id = ?", arguments: [name, account])
            }
            if let newHash {
                try AccountBook.setPassword(newHash, of: account, in: database)
                try TokenBook.revokeAll(of: account, but: token, at: now, in: database)
            }
            if let email = correction.email, email != record.email {
                try Self.move(record, to: email, code, letters, at: now, in: database)
            }
        }
        letters.postman.wake()
        return try await read(account)
    }

    private static func move(
        _ record: AccountRecord, to email: String, _ code: ServiceSecret, _ letters: Letters, at now: WallTime,
        in database: Database
    ) throws {
        // One change at a time: a code for an address that is not wanted any more is none.
        try database.execute(
            sql: "DELETE FROM mail_code WHERE account = ? AND purpose = 'email'", arguments: [record.id])
        try database.execute(sql: "UPDATE account SET pending_email = ? WHERE id = ?", arguments: [email, record.id])
        let holder = try AccountBook.find(email: email, in: database)
        if let holder, holder.id != record.id {
            // Its holder learns of it; who asks does not learn that there is one.
            try MailQueue.add(letters.alreadyThere(email), account: holder.id, at: now, in: database)
        } else {
            try MailCodes.add(code, .email, account: record.id, email: email, at: now, in: database)
            try MailQueue.add(letters.newAddress(email, code.secret), account: record.id, at: now, in: database)
        }
        try MailQueue.add(letters.addressChanges(record.email), account: record.id, at: now, in: database)
    }

    /// Erases the account of somebody who proves to be its owner.
    /// - Throws: ``Refusal``: `password.wrong`, `signin.throttled`.
    func erase(_ account: String, _ password: Secret) async throws {
        _ = try await passwords.prove(account, password)
        try await erase(account)
    }

    /// Erases an account and everything of it: rows in one transaction, then the log that held them, then files.
    public func erase(_ account: String) async throws {
        let rooms = rooms
        let remains = try await store.write { database in
            guard let record = try AccountBook.find(account, in: database) else {
                return [@Sendable () async throws -> Void]()
            }
            let remains = try rooms.map { try $0.erasing(account, in: database) }
            for address in [record.email, record.pendingEmail].compactMap({ $0 }) {
                try MailQueue.erase(EmailAddress.key(address), in: database)
                try database.execute(
                    sql: "DELETE FROM signup WHERE email_key = ?", arguments: [EmailAddress.key(address)])
            }
            try database.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [account])
            return remains
        }
        try await store.truncateLog()
        for remove in remains { try await remove() }
    }

    /// Everything that is held of an account.
    func export(_ account: String, at now: WallTime) async throws -> Archive {
        let record = try await read(account)
        var members = try await store.read { database in
            let tokens = try TokenBook.page(of: account, before: nil, limit: 10_000, at: now, in: database)
            return [
                ArchiveMember("account.json", Array(try WireCoding.bytes(record.wire))),
                ArchiveMember("tokens.json", Array(try WireCoding.bytes(tokens.map { $0.wire(current: nil) }))),
                ArchiveMember("mail.json", try MailQueue.json(of: account, in: database).bytes(indented: true)),
            ]
        }
        for room in rooms { members += try await room.archive(of: account) }
        return Archive(members: members, at: now)
    }

    /// The same into a file, for the administrator.
    public func export(
        _ account: String, at now: WallTime, write: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        try await export(account, at: now).write { try await write(Array($0.readableBytesView)) }
    }
}
