// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct SigningUpTests {
    private static let ada = Credentials(email: "Ada@Example.com", password: AccountsScene.password)

    @Test func `an account is there once its address is verified, and not before`() async throws {
        let scene = try AccountsScene()
        try await scene.serve { client in
            #expect(try await client.post("/v1/accounts", Self.ada).status == 202)
            #expect(try await client.post("/v1/sessions", Self.ada).status == 401)
            let code = try await scene.code(to: "Ada@Example.com")
            #expect(try await client.post("/v1/accounts/verify", ["code": code]).status == 204)
            #expect(try await client.post("/v1/sessions", Self.ada).status == 201)
            // Of one use.
            let again = try await client.post("/v1/accounts/verify", ["code": code])
            #expect(try again.problem.code == "code.invalid")
        }
    }

    @Test func `whether an address has an account is told to its owner alone`() async throws {
        let scene = try AccountsScene()
        try await scene.add("ada@example.com")
        try await scene.serve { client in
            let known = try await client.post("/v1/accounts", Self.ada)
            let unknown = try await client.post(
                "/v1/accounts", Credentials(email: "eve@example.com", password: "0123456789"))
            #expect(known.status == 202 && unknown.status == 202)
            #expect(known.body == unknown.body && known.headers.keys.sorted() == unknown.headers.keys.sorted())
            let mails = try await scene.mails()
            #expect(mails.count == 2)
            #expect(
                mails.contains {
                    $0.contains("To: Ada@Example.com") && $0.contains("has an account") && !$0.contains("code=")
                })
            for (email, sees) in [("ada@example.com", 1), ("nobody@example.com", 0)] {
                #expect(try await client.post("/v1/password/forgot", ["email": email]).status == 202)
                #expect(try await scene.mails().count { $0.contains("Set a new password") } == 1, "\(sees)")
            }
        }
    }

    @Test func `a sign-up is forgotten after two days`() async throws {
        let scene = try AccountsScene()
        let start = WallTime.now
        try await scene.accounts.service.signUp("ada@example.com", Secret("0123456789"), at: start)
        let code = Secret(try await scene.code(to: "ada@example.com"))
        await #expect(throws: APIError.self) {
            try await scene.accounts.service.verify(code, at: start.advanced(by: .seconds(2 * 86_400)))
        }
        try await AccountSweep.run(scene.store, scene.outbox, at: start.advanced(by: .seconds(2 * 86_400)))
        #expect(try await scene.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM signup") } == 0)
    }

    @Test func `of two sign-ups for an address the first that is verified is the account`() async throws {
        let scene = try AccountsScene()
        let service = scene.accounts.service
        try await service.signUp("ada@example.com", Secret("first password"), at: .now)
        let first = Secret(try await scene.code(to: "ada@example.com"))
        try await service.signUp("ADA@example.com", Secret("second password"), at: .now)
        let second = Secret(try await scene.code(to: "ADA@example.com"))
        try await service.verify(first, at: .now)
        await #expect(throws: APIError.self) { try await service.verify(second, at: .now) }
        _ = try await scene.accounts.sessions.signIn("ada@example.com", Secret("first password"), at: .now)
    }

    @Test func `signing up can be closed`() async throws {
        let scene = try AccountsScene { $0.signup = .closed }
        try await scene.serve { client in
            let answer = try await client.post("/v1/accounts", Self.ada)
            #expect(answer.status == 403)
            #expect(try answer.problem.code == "signup.closed")
        }
    }

    @Test func `strangers cannot have an address flooded with mail`() async throws {
        let scene = try AccountsScene()
        for _ in 0..<20 { try await scene.accounts.service.signUp("ada@example.com", Secret("0123456789"), at: .now) }
        #expect(try await scene.mails().count == 5)
    }

    @Test(arguments: [
        ("plain", "/body/email"), ("a@b", "/body/email"), ("a@b..c", "/body/email"), ("a b@example.com", "/body/email"),
        ("a@-b.com", "/body/email"), ("ä@example.com", "/body/email"), ("a@example.com\n", "/body/email"),
    ])
    func `what is no address is told`(email: String, pointer: String) async throws {
        let scene = try AccountsScene()
        try await scene.serve { client in
            let answer = try await client.post("/v1/accounts", Credentials(email: email, password: "0123456789"))
            #expect(answer.status == 400)
            #expect(try answer.problem.pointer == pointer)
        }
    }

    @Test func `a password has ten characters at least, counted as scalars`() async throws {
        let scene = try AccountsScene()
        try await scene.serve { client in
            for (password, status) in [
                ("123456789", 400), ("ääääääääää", 202), (String(repeating: "x", count: 257), 400),
            ] {
                let answer = try await client.post(
                    "/v1/accounts", Credentials(email: "a@example.com", password: password))
                #expect(answer.status == status)
            }
        }
    }
}
