// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import HTTPTypes
import Platform
import StemlabAPI
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// The promise of the threat model that one test walks every route.
@Suite struct EveryRouteTests {
    /// Things of one account, and a token of another.
    private struct Scene: Sendable {
        let accounts: AccountsScene
        let routes: [Route]
        let ada: String
        let upload: String
        let job: String
        let token: String
    }

    private func scene() async throws -> Scene {
        let accounts = try AccountsScene(migrations: StemlabServer.migrations)
        let parts = try await SeparationService(
            .forTests(in: accounts.directory), store: accounts.store, compute: InstantCompute(),
            log: accounts.log.logger)
        let ada = try await accounts.add()
        try await accounts.add("eve@example.com")
        let (upload, job, token) = try await accounts.store.write { database in
            try MinuteLedger.grant(.init(milliseconds: 600_000), to: ada, note: nil, at: .now, in: database)
            let ticket = try UploadTable.ticket(
                .init(bytes: 1, sha256: String(repeating: "a", count: 64)), for: ada, limits: AccountLimits(), at: .now,
                in: database)
            try UploadTable.complete(ticket.upload.id, in: database)
            let order = JobAdmission.Order(
                key: "key-of-ada", upload: ticket.upload.id, duration: .init(milliseconds: 1000), stems: nil,
                format: .wav,
                clientReference: "song")
            let job = try JobAdmission(usualLimits: AccountLimits(), stems: InstantCompute().stems).admit(
                order, for: ada, at: .now, in: database)
            let token = try TokenTable.make(
                .personal, of: ada, name: "hers", scopes: [.jobsRead], expiresAt: nil, at: .now, in: database)
            return (ticket.upload.id, job.job.job.id, token.id)
        }
        return Scene(
            accounts: accounts, routes: accounts.accounts.routes + parts.routes, ada: ada, upload: upload, job: job,
            token: token)
    }

    private static let health = HealthRoute.make(
        Health(version: "1", model: "masks-1", stems: ["vocals"], formats: ["wav"]))

    /// Whatever token is shown is one of the account that everything belongs to, and may do all.
    private static func owner(_ scene: Scene) -> @Sendable (Secret, WallTime) async throws -> Principal {
        { _, _ in
            Principal(account: scene.ada, token: scene.token, kind: .session, scopes: Set(Scope.allCases))
        }
    }

    private func path(of route: Route, _ scene: Scene) -> String {
        var path = route.path
        for (place, id) in [
            ("{upload_id}", scene.upload), ("{job_id}", scene.job), ("{token_id}", scene.token), ("{stem}", "vocals"),
        ] {
            path = path.split(separator: place, omittingEmptySubsequences: false).joined(separator: id)
        }
        return path
    }

    private func ask(
        _ client: LoopbackClient, _ route: Route, _ scene: Scene, method: String? = nil
    ) async throws -> LoopbackClient.Response {
        let (method, path) = (method ?? route.method.rawValue, path(of: route, scene))
        guard route.body == .json else { return try await client.ask(method, path) }
        return try await client.ask(
            method, path,
            headers: [("Content-Type", "application/json"), ("Idempotency-Key", "key-of-eve")],
            body: Array(#"{"upload":"\#(scene.upload)","duration_ms":1000}"#.utf8))
    }

    @Test func `every route that wants a token refuses none, an unknown, an expired and a revoked one`() async throws {
        let scene = try await scene()
        let routes = scene.routes.filter { $0.access != .everybody }
        #expect(routes.count >= 20)
        try await ServedRoutes.run(
            scene.routes, authenticate: { try await scene.accounts.accounts.authenticator.admit($0, at: $1) }
        ) { client in
            let expired = try await scene.accounts.signIn(client, "eve@example.com")
            try await scene.accounts.change("UPDATE credential SET expires_at = 1")
            let revoked = try await scene.accounts.signIn(client, "eve@example.com")
            _ = try await client.with(revoked.accessToken).ask("DELETE", "/v1/sessions/current")
            let cases: [(LoopbackClient, String)] = [
                (client, "token.missing"), (client.with("slm_access_nobodys_0123456789"), "token.invalid"),
                (client.with(expired.accessToken), "token.expired"),
                (client.with(revoked.accessToken), "token.revoked"),
            ]
            for route in routes {
                for (client, code) in cases {
                    let answer = try await ask(client, route, scene)
                    #expect(answer.status == 401, "\(route.name) \(code)")
                    #expect(try answer.problem.code == code, "\(route.name)")
                    #expect(answer.headers["www-authenticate"] != nil)
                }
            }
        }
    }

    @Test func `every route that wants a scope refuses a token without it`() async throws {
        let scene = try await scene()
        try await ServedRoutes.run(
            scene.routes,
            authenticate: { token, _ in
                let scopes: Set<Scope> = token.reveal() == "slm_reader_0123456789" ? [.jobsRead] : [.account]
                return Principal(account: scene.ada, token: scene.token, kind: .personal, scopes: scopes)
            }
        ) { client in
            for route in scene.routes {
                guard case .token(let scope) = route.access else { continue }
                let other = scope == .jobsRead ? "slm_account_0123456789" : "slm_reader_0123456789"
                let answer = try await ask(client.with(other), route, scene)
                #expect(answer.status == 403, "\(route.name)")
                #expect(try answer.problem.code == "token.scope", "\(route.name)")
            }
        }
    }

    @Test func `every route that wants a token refuses a disabled account`() async throws {
        let scene = try await scene()
        try await ServedRoutes.run(
            scene.routes, authenticate: { try await scene.accounts.accounts.authenticator.admit($0, at: $1) }
        ) { client in
            let session = try await scene.accounts.signIn(client)
            try await scene.accounts.store.write { try AccountTable.setDisabled(true, scene.ada, at: .now, in: $0) }
            for route in scene.routes where route.access != .everybody {
                let answer = try await ask(client.with(session.accessToken), route, scene)
                #expect(answer.status == 403, "\(route.name)")
                #expect(try answer.problem.code == "account.disabled", "\(route.name)")
            }
        }
    }

    @Test func `every path refuses a method it does not have, and says which it has`() async throws {
        let scene = try await scene()
        try await ServedRoutes.run(scene.routes + [Self.health]) { client in
            for route in scene.routes + [Self.health] {
                let answer = try await ask(client, route, scene, method: "TRACE")
                #expect(answer.status == 405, "\(route.name)")
                #expect(answer.headers["allow"]?.contains(route.method.rawValue) == true, "\(route.name)")
                #expect(try answer.problem.code == "method.not_allowed", "\(route.name)")
            }
        }
    }

    @Test func `every route that reads a body refuses another media type, too much, and what cannot be read`()
        async throws
    {
        let scene = try await scene()
        try await ServedRoutes.run(scene.routes, authenticate: Self.owner(scene)) { client in
            for route in scene.routes {
                let (type, broken): (String, String)
                switch route.body {
                case .none, .stream: continue
                case .json: (type, broken) = ("application/json", "{")
                case .form: (type, broken) = ("application/x-www-form-urlencoded", "a=%zz")
                }
                let huge = [UInt8](repeating: 32, count: 64 << 10 + 1)
                let cases = [("text/plain", [], 415), (type, huge, 413), (type, Array(broken.utf8), 400)]
                for (type, body, status) in cases {
                    let answer = try await client.with("slm_owner_0123456789").ask(
                        route.method.rawValue, path(of: route, scene),
                        headers: [("Content-Type", type), ("Idempotency-Key", "key-of-ada")], body: body)
                    #expect(answer.status == status, "\(route.name)")
                }
            }
        }
    }

    @Test func `a page refuses a query that breaks the document, and what has no query passes over it`() async throws {
        let scene = try await scene()
        try await ServedRoutes.run(scene.routes + [Self.health]) { client in
            for route in scene.routes where route.isPage && route.method == .get {
                for value in ["%zz", "%ff", String(repeating: "a", count: 201)] {
                    let answer = try await client.ask("GET", "\(route.path)?code=\(value)&user_code=\(value)")
                    #expect(answer.status == 400, "\(route.name) \(value)")
                    #expect(answer.headers["content-type"]?.hasPrefix("text/html") == true)
                }
            }
            #expect(try await client.ask("GET", "/v1/health?code=%zz").status == 200)
        }
    }

    @Test func `every route but the one for health is limited`() async throws {
        let scene = try await scene()
        var settings = WebSettings.forTests
        settings.rates.address = RatePolicy(1, per: .seconds(3600))
        try await ServedRoutes.run(scene.routes + [Self.health], settings) { client in
            _ = try await client.ask("GET", "/verify")
            for route in scene.routes {
                let answer = try await ask(client, route, scene)
                #expect(answer.status == 429, "\(route.name)")
                #expect(answer.headers["retry-after"] != nil, "\(route.name)")
            }
            #expect(try await client.ask("GET", "/v1/health").status == 200)
        }
    }

    @Test(arguments: [500, 503, 507])
    func `every route that fails says so in the form of the document`(status: Int) async throws {
        let scene = try await scene()
        // What tells of health asks no disk.
        let routes = (scene.routes + (status == 507 ? [] : [Self.health])).map { route in
            Route(route.name, route.method, route.path, route.access, rate: route.rate, isPage: route.isPage) { _ in
                switch status {
                case 500: throw Failure(.systemIO, "the disk is broken", remedy: .stop)
                case 507: throw Failure(.outputFull, "the disk is full", remedy: .retry(after: nil))
                default: throw CancellationError()
                }
            }
        }
        try await ServedRoutes.run(routes, authenticate: Self.owner(scene)) { client in
            for route in routes {
                let answer = try await ask(client.with("slm_owner_0123456789"), route, scene)
                #expect(answer.status == status, "\(route.name)")
                #expect(try answer.problem.status == status, "\(route.name)")
                #expect((answer.headers["retry-after"] != nil) == (status == 503), "\(route.name)")
                #expect(!answer.text.contains("disk"))
            }
        }
    }

    @Test func `to another account everything of an account is as if it never was`() async throws {
        let scene = try await scene()
        let (ada, job, upload, token) = (scene.ada, scene.job, scene.upload, scene.token)
        try await ServedRoutes.run(
            scene.routes, authenticate: { try await scene.accounts.accounts.authenticator.admit($0, at: $1) }
        ) { client in
            let session = try await scene.accounts.signIn(client, "eve@example.com")
            let eve = client.with(session.accessToken)
            for route in scene.routes where route.access != .everybody && route.name != "signOut" {
                let answer = try await ask(eve, route, scene)
                if route.path.contains("{") || route.name == "createJob" {
                    #expect(answer.status == 404, "\(route.name)")
                }
                for id in [ada, "ada@example.com", job, upload, token] {
                    #expect(!answer.text.contains(id), "\(route.name)")
                }
            }
            // All of it is still there.
            let hers = client.with(try await scene.accounts.signIn(client).accessToken)
            #expect(try await hers.ask("GET", "/v1/jobs/\(job)").status == 200)
            #expect(try await hers.ask("GET", "/v1/tokens").text.contains(token))
        }
    }

    @Test func `every operation of the document is a route, and every route an operation`() async throws {
        let scene = try await scene()
        let path = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("docs").appending("stemlab-openapi.yaml")
        let document = YAMLDocument(try SettingsFile(path, atMost: 1 << 20).bytes)
        guard case .mapping(let top)? = document.root?.content,
            case .mapping(let paths)? = top.first(where: { $0.key == "paths" })?.value.content
        else {
            Issue.record("\(document.problems)")
            return
        }
        var operations: Set<String> = []
        for path in paths {
            guard case .mapping(let members) = path.value.content else { continue }
            for member in members where member.key != "parameters" {
                guard case .mapping(let operation) = member.value.content,
                    case .scalar(let name, _)? = operation.first(where: { $0.key == "operationId" })?.value.content
                else { continue }
                operations.insert("\(name) \(member.key.uppercased()) \(path.key)")
            }
        }
        let routes = (scene.routes + [Self.health]).map { "\($0.name) \($0.method.rawValue) \($0.path)" }
        #expect(Set(routes) == operations)
        #expect(routes.count == operations.count)
    }
}
