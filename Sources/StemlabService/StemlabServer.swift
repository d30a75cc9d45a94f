// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Logging
import Platform
public import ServiceLifecycle
import Settings
import StemlabAPI

/// The service, put together: the one place where its rooms meet.
public struct StemlabServer: Service {
    private let web: WebServer
    private let separations: SeparationService
    private let mailSender: MailSender
    private let store: Store
    private let outbox: Outbox
    private let log: Logger

    /// Every table, in the order it is made.
    public static let migrations = [AccountsSchema.migration, MailSchema.migration] + SeparationService.migrations

    /// - Parameters:
    ///   - environment: of the process, where a secret may be.
    ///   - onReady: called once, when it can be reached.
    /// - Throws: `config.invalid`, also when a secret cannot be had; `system.io` when the database cannot be opened.
    public init(
        _ configuration: ServiceConfiguration, compute: any Compute, environment: [String: String] = [:],
        log: Logger,
        onReady: @escaping @Sendable (_ port: Int) -> Void
    ) async throws {
        let store = try await Self.open(configuration)
        var settings = SeparationService.Settings(publicURL: configuration.origin)
        settings.limits = configuration.limits
        settings.slots = configuration.separation.slots
        settings.freeBytes = configuration.separation.freeBytes
        let separations = try await SeparationService(
            store: store, directory: configuration.stateDirectory, compute: compute, settings: settings, log: log)
        let mailSender = MailSender(store, try await Self.transport(configuration, environment: environment), log: log)
        let room = SeparationData(
            store: store, storage: try await Self.storage(configuration),
            welcome: configuration.accounts.minutes ?? .zero
        ) { try await separations.erased($0, jobs: $1) }
        let accounts = Accounts(
            configuration.accountSettings, store: store, publicURL: configuration.origin, mailSender: mailSender,
            dataOwners: [room])
        let health = Health(
            version: ProgramVersion.text, model: compute.model, stems: compute.stems.map(\.rawValue),
            formats: ["wav", "flac"])
        let authenticator = accounts.authenticator
        web = try WebServer(
            configuration.web, routes: [HealthRoute.make(health)] + accounts.routes + separations.routes,
            authenticate: { try await authenticator.admit($0, at: $1) }, log: log, onReady: onReady)
        self.separations = separations
        self.mailSender = mailSender
        self.store = store
        outbox = Self.outbox(configuration)
        self.log = log
    }

    /// Serves until it is told to stop: then requests under way are answered, and the rest goes on at the next start.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await web.run() }
            group.addTask { try await separations.run() }
            group.addTask { await mailSender.run() }
            group.addTask { await cleanupLoop() }
            defer { group.cancelAll() }
            // The first to end is the server that was told to, or what went wrong.
            try await group.next()
        }
    }

    private func cleanupLoop() async {
        while !Task.isCancelled {
            do {
                try await AccountSweep.run(store, outbox, at: .now)
                if try await !store.keepReserve() { log.warning("the disk with the database is nearly full") }
                try await Task.sleep(for: .seconds(600))
            } catch is CancellationError {
                return
            } catch {
                let failure = (error as? Failure) ?? Store.failure(error, "forgetting what has had its time")
                log.error("\(failure.message)", metadata: ["code": "\(failure.code.rawValue)"])
                // Cancelled: the loop ends.
                try? await Task.sleep(for: .seconds(60))
            }
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
            try PrivateFile.makeDirectory(configuration.stateDirectory)
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

    static func storage(_ configuration: ServiceConfiguration) async throws -> any ObjectStorage {
        try await BlockingPool.shared.run { () throws(Failure) in
            try LocalStorage(SeparationService.objects(below: configuration.stateDirectory))
        }
    }
}
