// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Audio
import GRDB
package import Logging
package import Platform
package import SystemPackage

/// What the command line does to the service's accounts, beside a service that runs or not.
package struct Administration: Sendable {
    let store: Store
    private let service: AccountService
    private let limits: AccountLimits
    private let storage: any ObjectStorage
    private let outbox: Outbox

    package init(_ configuration: ServiceConfiguration, log: Logger) async throws {
        let store = try await StemlabServer.open(configuration)
        let storage = try await SeparationService.storage(configuration)
        // Nothing is sent here: the service sends what is queued.
        let outbox = StemlabServer.outbox(configuration)
        let mailSender = MailSender(store, outbox, log: log)
        let data = SeparationData(store: store, storage: storage, welcome: configuration.accounts.minutes ?? .zero) {
            objects, _ in
            try await StorageCalls.run { () throws(Failure) in
                for key in objects { try storage.remove(key) }
            }
        }
        service =
            Accounts(
                configuration.accounts, store: store, publicURL: configuration.origin, mailSender: mailSender,
                dataOwners: [data]
            ).service
        self.store = store
        self.storage = storage
        self.outbox = outbox
        limits = configuration.limits
    }

    /// An account with what it has.
    package struct Standing: Sendable {
        package let account: AccountRecord
        package let minutes: MinuteBalance
        package let limits: AccountLimits
    }

    package func all() async throws -> [Standing] {
        let usual = limits
        return try await store.read { database in
            try AccountTable.all(in: database).map { try Self.standing($0, usual, in: database) }
        }
    }

    private static func standing(
        _ account: AccountRecord, _ usual: AccountLimits, in database: Database
    ) throws -> Standing {
        Standing(
            account: account, minutes: try MinuteBalance.of(account.id, in: database),
            limits: try AccountLimits.of(account.id, usual: usual, in: database))
    }

    /// - Parameter name: an address or an id.
    /// - Throws: `account.unknown`.
    package func find(_ name: String) async throws -> Standing {
        let usual = limits
        let found = try await store.read { database in
            try (AccountTable.find(email: name, in: database) ?? AccountTable.find(name, in: database))
                .map { try Self.standing($0, usual, in: database) }
        }
        guard let found else { throw Self.unknown(name) }
        return found
    }

    private static func unknown(_ name: String) -> Failure {
        Failure(
            .accountUnknown, "there is no account '\(Printable(name, limit: 300))'",
            hint: "stemlab account list shows those there are", remedy: .reject)
    }

    /// - Throws: `usage.invalid` when the address or the password will not do, or has an account already.
    package func add(_ email: String, name: String, password: Secret, at now: WallTime) async throws -> Standing {
        func refuse(_ what: String) -> Failure { Failure(.usageInvalid, what, remedy: .reject) }
        guard EmailAddress.form.matches(email) else {
            throw refuse("'\(Printable(email, limit: 300))' is not an e-mail address")
        }
        guard InputForms.personName.matches(name) else { throw refuse("the name is not \(InputForms.personName.noun)") }
        guard InputForms.password.matches(password.reveal()) else {
            throw refuse("the password is not \(InputForms.password.noun)")
        }
        guard let account = try await service.add(email, name: name, password: password, at: now) else {
            throw refuse("\(Printable(email, limit: 300)) has an account already")
        }
        return try await find(account.id)
    }

    /// - Parameter amount: negative: takes back of what is available.
    /// - Throws: `minutes.exhausted` when more is taken back than is there.
    package func grant(_ amount: AudioDuration, to account: String, note: String?, at now: WallTime) async throws {
        try await store.write { database in
            let available = try MinuteBalance.of(account, in: database).available
            guard available + amount >= .zero else {
                throw Failure(
                    .minutesExhausted, "only \(Double(available.milliseconds) / 60_000) minutes are left to take back",
                    remedy: .reject)
            }
            try MinuteLedger.grant(amount, to: account, note: note, at: now, in: database)
        }
    }

    /// - Parameter change: `nil`: the usual ones again.
    package func setLimits(_ change: AccountLimits.Change?, of account: String) async throws {
        try await store.write { database in
            if let change {
                try AccountLimits.set(change, of: account, in: database)
            } else {
                try AccountLimits.reset(of: account, in: database)
            }
        }
    }

    package func setDisabled(_ isDisabled: Bool, _ account: String, at now: WallTime) async throws {
        try await store.write { try AccountTable.setDisabled(isDisabled, account, at: now, in: $0) }
    }

    package func erase(_ account: String) async throws { try await service.erase(account) }

    /// Everything that is held of an account, as a tar archive, in pieces.
    package func export(
        _ account: String, at now: WallTime, write: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        try await service.export(account, at: now, write: write)
    }

    /// Removes what has had its time.
    package func sweep(at now: WallTime) async throws -> Sweep.Report {
        try await AccountSweep.run(store, outbox, at: now)
        return try await Sweep(store: store, storage: storage).run(at: now)
    }

    /// A copy of everything, into a directory that is not there yet.
    package func backup(into target: FilePath) async throws -> Backup.Report {
        try await Backup.make(of: store, objects: storage, into: target)
    }
}
