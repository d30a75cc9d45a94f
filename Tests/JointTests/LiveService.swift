// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import BackendKit
import GRDB
import Logging
import Platform
import StemlabService
import StemwatchDaemon
import SystemPackage
import TestKit

/// The service in this process, over TLS with a certificate of a private authority, and an account that is signed in there.
struct LiveService: BenchAccount {
    let url: String
    let authority: FilePath
    let token: Secret
    private let account: String
    private let store: Store
    private let objects: FilePath

    private static let email = "ada@example.com"
    private static let password = Secret("correct horse battery")

    /// Serves as long as `body` runs.
    static func run(_ body: @escaping @Sendable (LiveService) async throws -> Void) async throws {
        let (directory, port) = (TemporaryDirectory(), LoopbackPort())
        _ = try await TLSDouble(in: directory.path, names: "IP:127.0.0.1")
        let configuration = configuration(directory, port)
        let (log, ready) = (Logger(label: "stemlab") { _ in SwiftLogNoOpLogHandler() }, Wakeup())
        let server = try await StemlabServer(
            configuration, compute: BuiltinCompute(program: BuiltProduct.stemlab, slots: 1), log: log
        ) { _ in ready.wake() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                await ready.wait()
                try await body(try await signedIn(configuration, authority: directory("ca.pem"), log))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        withExtendedLifetime((directory, port)) {}
    }

    private static func configuration(_ directory: TemporaryDirectory, _ port: LoopbackPort) -> ServiceConfiguration {
        var configuration = ServiceConfiguration()
        configuration.stateDirectory = directory("lab")
        configuration.publicURL = "https://127.0.0.1:\(port.number)"
        configuration.listen.port = Int(port.number)
        configuration.listen.certificate = directory("server.pem")
        configuration.listen.key = directory("server.key")
        configuration.separation.freeBytes = 0
        configuration.accounts.minutes = AudioDuration(milliseconds: 600_000)
        return configuration
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
            store: administration.store, objects: configuration.stateDirectory.appending("objects"))
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
    func held() async throws -> Int {
        try ["uploads", "stems"].map { try DirectoryListing.entries(of: objects.appending($0)).count }.reduce(0, +)
    }
}
