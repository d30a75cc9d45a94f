// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import HTTPTypes
import Platform
import StemlabAPI
import Synchronization
import TestKit
import Testing

@testable import StemlabService

/// A token that ends between the door and what was asked for, while the body comes, say, is one that has ended.
@Suite(.timeLimit(.minutes(2))) struct EndedTokenTests {
    /// What ends a token, by the code that it is refused with from then on.
    enum Ending: String, CaseIterable {
        case revoked = "token.revoked"
        case expired = "token.expired"
        case disabled = "account.disabled"
        case erased = "token.invalid"

        func happen(to account: String, in database: Database) throws {
            switch self {
            case .revoked: try TokenTable.revokeAll(of: account, at: .now, in: database)
            case .expired: try database.execute(sql: "UPDATE credential SET expires_at = 1")
            case .disabled: try AccountTable.setDisabled(true, account, at: .now, in: database)
            case .erased: try database.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [account])
            }
        }
    }

    /// What an account needs to be granted whatever is asked for.
    private struct Things: Sendable {
        let upload: String
        let job: String
        let token: String
        let device: String

        init(of account: String, in database: Database) throws {
            try MinuteLedger.grant(.init(milliseconds: 600_000), to: account, note: nil, at: .now, in: database)
            func upload(_ digit: String) throws -> String {
                let order = UploadOrder(bytes: 1, sha256: String(repeating: digit, count: 64))
                let ticket = try UploadTable.ticket(order, for: account, limits: .init(), at: .now, in: database)
                try UploadTable.complete(ticket.upload.id, in: database)
                return ticket.upload.id
            }
            let order = JobAdmission.Order(
                key: "key-before", upload: try upload("a"), duration: .init(milliseconds: 1000), stems: nil,
                format: .wav, clientReference: nil)
            job = try JobAdmission(usualLimits: .init(), stems: InstantCompute().stems)
                .admit(order, for: account, at: .now, in: database).job.job.id
            self.upload = try upload("b")
            token = try TokenTable.make(
                .personal, of: account, name: "other", scopes: [.jobsRead], expiresAt: nil, at: .now, in: database
            ).id
            device = try DeviceTable.add(
                .make(.code), client: "program", scopes: [.jobsRead], address: ClientAddress("192.0.2.1")!, at: .now,
                in: database)
        }

        func path(of route: Route) -> String {
            var path = route.path
            for (place, id) in [("{upload_id}", upload), ("{job_id}", job), ("{token_id}", token)] {
                path = path.split(separator: place, omittingEmptySubsequences: false).joined(separator: id)
            }
            return path
        }

        func body(of route: Route) -> [UInt8]? {
            let proof = #""current_password":"\#(AccountsScene.password)""#
            let text: String? =
                switch route.name {
                case "createToken": #"{"name":"another","scopes":["account"]}"#
                case "correctAccount": #"{"email":"new@example.com","new_password":"another password",\#(proof)}"#
                case "eraseAccount": "{\(proof)}"
                case "decideDevice": #"{"user_code":"\#(device)","decision":"approve"}"#
                case "createUpload": #"{"bytes":7,"sha256":"\#(String(repeating: "c", count: 64))"}"#
                case "createJob": #"{"upload":"\#(upload)","duration_ms":1000}"#
                default: nil
                }
            return text.map { Array($0.utf8) }
        }
    }

    /// All that a database holds.
    private static func content(_ database: Database) throws -> [String] {
        let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        return try tables.flatMap { table in
            try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { "\(table): \($0)" }
        }
    }

    @Test(arguments: [nil] + Ending.allCases.map { $0 as Ending? })
    func `every route that wants a token does nothing for one that has ended since it was let in`(
        ending: Ending?
    ) async throws {
        let scene = try AccountsScene(migrations: StemlabServer.migrations)
        let parts = try await SeparationService(
            .forTests(in: scene.directory), store: scene.store, compute: InstantCompute(), log: scene.log.logger)
        let routes = scene.accounts.routes + parts.routes
        let atTheDoor = Mutex<[String]>([])
        let door = scene.accounts.authenticator
        try await ServedRoutes.run(
            routes,
            authenticate: { token, now in
                let holder = try await door.admit(token, at: now)
                let content = try await scene.store.write { database in
                    try ending?.happen(to: holder.account, in: database)
                    return try Self.content(database)
                }
                atTheDoor.withLock { $0 = content }
                return holder
            }
        ) { client in
            for route in routes where route.access != .everybody {
                let email = "\(route.name)@example.com"
                let account = try await scene.add(email)
                let things = try await scene.store.write { try Things(of: account, in: $0) }
                let session = try await scene.accounts.sessions.signIn(email, Secret(AccountsScene.password), at: .now)
                let answer = try await client.with(session.accessToken).ask(
                    route.method.rawValue, things.path(of: route),
                    headers: [("Content-Type", "application/json"), ("Idempotency-Key", "key-after")],
                    body: things.body(of: route))
                guard let ending else {
                    // There is something to be refused.
                    #expect((200..<300).contains(answer.status), "\(route.name): \(answer.text)")
                    continue
                }
                #expect(answer.status == (ending == .disabled ? 403 : 401), "\(route.name): \(answer.status)")
                #expect((try? answer.problem.code) == ending.rawValue, "\(route.name)")
                let content = try await scene.store.read { try Self.content($0) }
                #expect(content == atTheDoor.withLock { $0 }, "\(route.name)")
            }
        }
    }

    @Test func `a body that comes after its token was revoked is not read to make another`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let mine = client.with(try await scene.signIn(client).accessToken)
            // Used, so that nothing but the order itself is left to be written.
            #expect(try await mine.ask("GET", "/v1/tokens").status == 200)
            let answer = try await scene.overtaken { database in
                try database.execute(sql: "UPDATE token SET revoked_at = 1")
            } act: {
                try await mine.post("/v1/tokens", TokenOrder(name: "for ever", scopes: [.account]))
            }
            #expect(answer.status == 401)
            #expect(try answer.problem.code == "token.revoked")
            #expect(try await scene.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM token") } == 1)
        }
    }

    @Test func `whoever waits for a job is not told of it once the token is revoked`() async throws {
        let scene = try AccountsScene(migrations: StemlabServer.migrations)
        let account = try await scene.add()
        let things = try await scene.store.write { try Things(of: account, in: $0) }
        let session = try await scene.accounts.sessions.signIn(
            "ada@example.com", Secret(AccountsScene.password), at: .now)
        let holder = try await scene.accounts.authenticator.admit(Secret(session.accessToken), at: .now)
        let uploads = UploadService(
            store: scene.store, storage: try LocalStorage(scene.directory("objects")), usualLimits: .init(),
            freeBytes: 0)
        let service = JobService(
            store: scene.store, storage: uploads.storage, uploads: uploads, usualLimits: .init(),
            stems: InstantCompute().stems, onWork: {})
        try await scene.change("UPDATE token SET revoked_at = 1")
        let refusal = await #expect(throws: APIError.self) {
            _ = try await service.find(things.job, of: holder, wait: .seconds(30))
        }
        #expect(refusal?.problem.code == "token.revoked")
    }
}
