// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Logging
import Platform
import StemlabAPI
import Synchronization
import SystemPackage
import TestKit

@testable import StemlabService

/// Accounts of a service in a temporary directory, with hashing that costs next to nothing.
struct AccountsScene: Sendable {
    let directory = TemporaryDirectory()
    let store: Store
    let mailSender: MailSender
    let outbox: Outbox
    let accounts: Accounts
    let log: PlantedLog

    static let password = "correct horse battery"
    static let publicURL = "https://stems.example.com"

    init(
        _ change: (inout AccountSettings) -> Void = { _ in }, dataOwners: [any AccountDataOwner] = [],
        migrations: [Migration] = [AccountsSchema.migration, MailSchema.migration],
        transport: (any MailTransport)? = nil,
        linger: @escaping @Sendable () async throws -> Void = {}
    ) throws {
        var settings = AccountSettings()
        settings.signup = .open
        settings.cost = ScryptCost(logRounds: 4)
        settings.attempts = RatePolicy(1000, per: .seconds(3600))
        change(&settings)
        store = try Store(directory("stemlab.db"), migrations: migrations)
        log = PlantedLog()
        outbox = Outbox(directory("outbox"), from: "stemlab@example.com")
        mailSender = MailSender(store, transport ?? outbox, log: log.logger, linger: linger)
        accounts = Accounts(
            settings, store: store, publicURL: Self.publicURL, mailSender: mailSender, dataOwners: dataOwners)
    }

    /// Runs `body` against a server of these accounts.
    func serve<T: Sendable>(
        _ settings: WebSettings = .forTests, more: [Route] = [],
        _ body: @escaping @Sendable (LoopbackClient) async throws -> T
    ) async throws -> T {
        let authenticator = accounts.authenticator
        return try await ServedRoutes.run(
            accounts.routes + more, settings, authenticate: { try await authenticator.admit($0, at: $1) },
            log: log.logger,
            body)
    }

    /// An account that is there.
    @discardableResult
    func add(_ email: String = "ada@example.com", password: String = password) async throws -> String {
        let record = try await accounts.service.add(email, name: "Ada", password: Secret(password), at: .now)
        guard let record else { throw Missing(what: "an account for \(email)") }
        return record.id
    }

    /// Signs in over HTTP.
    func signIn(_ client: LoopbackClient, _ email: String = "ada@example.com", password: String = password) async throws
        -> Session
    {
        let answer = try await client.post("/v1/sessions", Credentials(email: email, password: password))
        guard answer.status == 201 else { throw Missing(what: "a session: \(answer.text)") }
        return try answer.json(Session.self)
    }

    /// What has been sent, oldest first.
    func mails() async throws -> [String] {
        _ = try await mailSender.step(at: .now)
        guard try FileStatus.at(directory("outbox")) != nil else { return [] }
        return try DirectoryListing.entries(of: directory("outbox")).map(\.name.string).sorted().map { name in
            String(
                decoding: try SmallFile.read(directory("outbox").appending(name), atMost: 1 << 16) ?? [], as: UTF8.self)
        }
    }

    /// The code in the last mail to `recipient`.
    func code(to recipient: String) async throws -> String {
        let mail = try await mails().last { $0.contains("To: \(recipient)\n") }
        guard let mail, let start = mail.firstRange(of: "?code=")?.upperBound else { throw Missing(what: "a code") }
        return String(mail[start...].prefix { $0 != "\n" })
    }

    func change(_ sql: String, _ arguments: StatementArguments = []) async throws {
        try await store.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    /// Has `change` happen after what `act` reads and before what it writes: in a transaction that keeps the database
    /// busy until `act` waits to write. What it has written before that counts too.
    func overtaken<T: Sendable>(
        by change: @escaping @Sendable (Database) throws -> Void, act: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let (reader, writer) = try FileDescriptor.pipe()
        let (starts, started) = AsyncStream.makeStream(of: Void.self)
        let store = store
        let end = End()
        return try await withThrowingTaskGroup(of: T?.self) { tasks in
            tasks.addTask {
                try await store.write { database in
                    started.finish()
                    var byte: UInt8 = 0
                    _ = try withUnsafeMutableBytes(of: &byte) { try reader.read(into: $0) }
                    try change(database)
                }
                return nil
            }
            for await _ in starts {}
            tasks.addTask {
                defer { end.hasCome.store(true, ordering: .relaxed) }
                return try await act()
            }
            while store.commits.count == 0, !end.hasCome.load(ordering: .relaxed) { await Task.yield() }
            try writer.close()
            var result: T?
            for try await made in tasks { result = made ?? result }
            try reader.close()
            guard let result else { throw Missing(what: "what it comes to") }
            return result
        }
    }

    private final class End: Sendable { let hasCome = Atomic(false) }

    struct Missing: Error { let what: String }
}

extension LoopbackClient {
    /// The same with a token.
    func with(_ token: String) -> LoopbackClient {
        var client = self
        client.headers.append(("Authorization", "Bearer \(token)"))
        return client
    }

    func post(_ path: String, _ body: some Encodable) async throws -> Response {
        try await send("POST", path, body)
    }
    func patch(_ path: String, _ body: some Encodable) async throws -> Response {
        try await send("PATCH", path, body)
    }

    private func send(_ method: String, _ path: String, _ body: some Encodable) async throws -> Response {
        try await ask(
            method, path, headers: [("Content-Type", "application/json")], body: Array(try WireCoding.bytes(body)))
    }

    func post(_ path: String, form: String) async throws -> Response {
        try await ask(
            "POST", path, headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8))
    }
}
