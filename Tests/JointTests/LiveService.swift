// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import BackendKit
import GRDB
import Logging
import Platform
import StemlabAPI
import SystemPackage
import TestKit

@testable import StemlabService
@testable import StemwatchDaemon

/// The service in this process, and an account that is signed in there.
struct LiveService: BenchAccount {
    let url: String
    let authority: FilePath?
    let token: Secret
    private let account: String
    private let store: Store
    private let objects: FilePath

    private static let email = "ada@example.com"
    private static let password = Secret("correct horse battery")

    /// Serves as long as `body` runs, over TLS with a certificate of a private authority.
    static func run(
        _ compute: any Compute = BuiltinCompute(program: BuiltProduct.stemlab, slots: 1),
        _ body: @escaping @Sendable (LiveService) async throws -> Void
    ) async throws {
        let (directory, port) = (TemporaryDirectory(), LoopbackPort())
        _ = try await TLSDouble(in: directory.path, names: "IP:127.0.0.1")
        var configuration = configuration(directory, at: "https://127.0.0.1:\(port.number)", port: Int(port.number))
        configuration.listen.certificate = directory("server.pem")
        configuration.listen.key = directory("server.key")
        let (log, authority) = (silent, directory("ca.pem"))
        try await serve(configuration, compute) { [configuration] _ in
            try await body(try await signedIn(configuration, authority: authority, log))
        }
        withExtendedLifetime((directory, port)) {}
    }

    /// Serves as long as `body` runs, without TLS, behind a proxy. Every address that it gives out leads to the proxy.
    static func run(
        behind proxy: FaultProxy, _ compute: any Compute,
        _ body: @escaping @Sendable (LiveService) async throws -> Void
    ) async throws {
        let directory = TemporaryDirectory()
        let configuration = configuration(directory, at: proxy.web.origin, port: 0)
        let account = try await known(configuration)
        try await serve(configuration, compute) { port in
            proxy.lead(to: port)
            try await body(account)
        }
        withExtendedLifetime(directory) {}
    }

    private static func serve(
        _ configuration: ServiceConfiguration, _ compute: any Compute,
        _ body: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = try await StemlabServer(configuration, compute: compute, log: silent) { port.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { for await port in ports { return try await body(port) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static var silent: Logger { Logger(label: "stemlab") { _ in SwiftLogNoOpLogHandler() } }

    private static func configuration(
        _ directory: TemporaryDirectory, at url: String, port: Int
    ) -> ServiceConfiguration {
        var configuration = ServiceConfiguration()
        configuration.stateDirectory = directory("lab")
        configuration.publicURL = url
        configuration.listen.port = port
        configuration.separation.freeBytes = 0
        configuration.accounts.minutes = AudioDuration(milliseconds: 600_000)
        return configuration
    }

    /// An account with a token, made without the slow hashing of a password.
    private static func known(_ configuration: ServiceConfiguration) async throws -> LiveService {
        let store = try await StemlabServer.open(configuration)
        let welcome = configuration.accounts.minutes ?? .zero
        let (account, secret) = try await store.write { db in
            guard
                let id = try AccountTable.open(
                    email: email, name: "Ada", password: "", dataOwners: [], at: .now, in: db)
            else { throw StoryFailure("there is an account already") }
            try MinuteLedger.grant(welcome, to: id, note: nil, at: .now, in: db)
            let token = try TokenTable.make(
                .device, of: id, name: "bench", scopes: Set(Scope.allCases), expiresAt: nil, at: .now, in: db)
            return (id, try TokenTable.issue(.device, for: token.number, expiresAt: nil, in: db))
        }
        return LiveService(
            url: configuration.origin, authority: nil, token: secret, account: account, store: store,
            objects: SeparationService.objects(below: configuration.stateDirectory))
    }

    private static func signedIn(
        _ configuration: ServiceConfiguration, authority: FilePath, _ log: Logger
    ) async throws -> LiveService {
        let administration = try await Administration(configuration, log: log)
        let account = try await administration.add(email, name: "Ada", password: password, at: .now).account.id
        let access = StemlabAccess(try ServiceURL(configuration.origin), caFile: authority)
        return LiveService(
            url: configuration.origin, authority: authority,
            token: try await access.token(email: email, password: password, name: "bench"), account: account,
            store: administration.store, objects: SeparationService.objects(below: configuration.stateDirectory))
    }

    private func movements(_ kind: String) async throws -> [Int64] {
        let account = account
        return try await store.read { database in
            try Int64.fetchAll(
                database, sql: "SELECT amount_ms FROM movement WHERE account = ? AND kind = ? ORDER BY id",
                arguments: [account, kind])
        }
    }

    /// Each job reserves once.
    func submissions() async throws -> Int { try await movements("reserve").count }
    func charges() async throws -> [Int64] { try await movements("charge") }
    func reserved() async throws -> Int64 {
        let (reserved, ended) = (try await movements("reserve"), try await movements("charge") + movements("refund"))
        return reserved.reduce(0, +) - ended.reduce(0, +)
    }
    /// The jobs that minutes were ever reserved for.
    func jobs() async throws -> [String] {
        try await store.read { try String.fetchAll($0, sql: "SELECT job FROM movement WHERE kind = 'reserve'") }
    }
    /// The keys of jobs that were deleted since.
    func deletedKeys() async throws -> [String] {
        try await store.read { try String.fetchAll($0, sql: "SELECT idempotency_key FROM deleted_job") }
    }
    func held() async throws -> Int {
        try ["uploads", "stems"].map { try DirectoryListing.entries(of: objects.appending($0)).count }.reduce(0, +)
    }
}
