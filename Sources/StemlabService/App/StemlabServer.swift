// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
package import Logging
package import Platform
import ServiceLifecycle
import Settings
import StemlabAPI
package import SystemPackage

/// The service, put together: the one place where its folders meet.
package struct StemlabServer: Service {
    private let web: WebServer
    private let separations: SeparationService
    private let mailSender: MailSender
    private let store: Store
    private let outbox: Outbox
    private let log: Logger

    /// Every table, in the order it is made.
    static let migrations = [AccountsSchema.migration, MailSchema.migration] + SeparationService.migrations

    /// - Parameters:
    ///   - environment: of the process, where a secret may be.
    ///   - onReady: called once, when it can be reached.
    /// - Throws: `config.invalid`, also when a secret cannot be had; `system.io` when the database cannot be opened.
    package init(
        _ configuration: ServiceConfiguration, compute: any Compute, environment: [String: String] = [:],
        log: Logger,
        onReady: @escaping @Sendable (_ port: Int) -> Void
    ) async throws {
        let store = try await Self.open(configuration)
        let separations = try await SeparationService(configuration, store: store, compute: compute, log: log)
        let mailSender = MailSender(store, try await Self.transport(configuration, environment: environment), log: log)
        let accounts = Accounts(
            configuration.accounts, store: store, publicURL: configuration.origin, mailSender: mailSender,
            dataOwners: [separations.accountData])
        let health = Health(
            version: ProgramVersion.text, model: compute.model, stems: compute.stems.map(\.rawValue),
            formats: ["wav", "flac"])
        let authenticator = accounts.authenticator
        web = try WebServer(
            configuration.web, routes: [HealthRoute.make(health)] + accounts.routes + separations.routes,
            authenticate: { try await authenticator.admit($0, at: $1) }, failure: { Store.failure($0, $1) }, log: log,
            onReady: onReady)
        self.separations = separations
        self.mailSender = mailSender
        self.store = store
        outbox = Self.outbox(configuration)
        self.log = log
    }

    /// Serves until it is asked to stop: then requests under way are answered, and the rest goes on at the next start.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await web.run() }
            group.addTask { try await separations.run() }
            group.addTask { await mailSender.run() }
            group.addTask { await cleanupLoop() }
            defer { group.cancelAll() }
            // The first to end is the server that was asked to, or what went wrong.
            try await group.next()
        }
    }

    /// Removes what has had its time, every ten minutes; after an error, in a minute.
    private func cleanupLoop() async {
        while !Task.isCancelled {
            let accounts = await attempt("forgetting what has had its time") {
                try await AccountSweep.run(store, outbox, at: .now)
                if try await !store.keepReserve() { log.warning("the disk with the database is nearly full") }
            }
            let objects = await attempt("sweeping") {
                let report = try await separations.sweep.run(at: .now)
                if report != Sweep.Report() {
                    log.info("swept \(report.uploads) uploads, \(report.jobs) jobs and \(report.strays) strays")
                }
            }
            // Cancelled: the loop ends.
            try? await Task.sleep(for: .seconds(accounts && objects ? 600 : 60))
        }
    }

    /// - Returns: whether it was done.
    private func attempt(_ doing: String, _ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch {
            if !(error is CancellationError) { log.report(error, doing) }
            return false
        }
    }

    /// Who takes mails away.
    static func transport(
        _ configuration: ServiceConfiguration, environment: [String: String]
    ) async throws(Failure) -> any MailTransport {
        let mail = configuration.mail
        guard let source = mail.resend.apiKey else { return outbox(configuration) }
        let url = if let given = mail.resend.url { given } else { try Resend.standard() }
        return try await BlockingPool.shared.run { () throws(Failure) -> Resend in
            do throws(ValueProblem) {
                let key = try source.reveal(environment, of: "the service").secret
                return Resend(url, key: key, from: mail.sender, caFile: mail.resend.caFile)
            } catch {
                throw Failure(
                    .configInvalid, "mail.resend.api_key cannot be had: \(error.reason)", hint: error.hint,
                    remedy: .stop)
            }
        }
    }

    static func outbox(_ configuration: ServiceConfiguration) -> Outbox {
        Outbox(configuration.outbox, from: configuration.mail.sender)
    }

    static func open(_ configuration: ServiceConfiguration) async throws -> Store {
        try await BlockingPool.shared.run { () throws(Failure) in
            try DurableFiles.makeDirectories(configuration.stateDirectory, mode: 0o700)
            let (path, diskReserve) = (configuration.database, Int64(16 << 20))
            do throws(Failure) {
                return try Store(path, migrations: migrations, diskReserve: diskReserve)
            } catch  where error.code == .outputFull {
                // What does not start frees nothing.
                try DiskReserve(beside: path, bytes: diskReserve).release()
                return try Store(path, migrations: migrations, diskReserve: diskReserve)
            }
        }
    }
}

extension ServiceConfiguration {
    /// What separates. Blocks on the disk for a moment.
    /// - Parameters:
    ///   - program: `stemlab`.
    ///   - environment: of the process.
    /// - Throws: `config.invalid` when the program that is to separate is not there, or would be let into too much.
    package func compute(program: FilePath, environment: [String: String]) throws(Failure) -> any Compute {
        switch separation.compute {
        case .builtin: return BuiltinCompute(program: program, slots: separation.slots)
        case .demucs:
            return try DemucsCompute(
                separation.demucs, program: program, slots: separation.slots,
                path: environment["PATH"] ?? ProgramSearch.standardPath, guarding: guarded)
        }
    }
}
