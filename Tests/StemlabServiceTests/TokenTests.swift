// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct TokenTests {
    @Test func `a personal token allows what it was made for, until it is revoked`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        let route = Route("any", .get, "/test/any", .token(.jobsRead)) { _ in .done }
        try await scene.serve(more: [route]) { client in
            let mine = client.with(try await scene.signIn(client).accessToken)
            let answer = try await mine.post(
                "/v1/tokens", TokenOrder(name: "NAS", scopes: [.jobsRead], expiresInDays: 1))
            #expect(answer.status == 201)
            let made = try answer.json(NewToken.self)
            #expect(made.token.kind == .personal && made.token.name == "NAS" && !made.token.current)
            let personal = client.with(made.secret)
            #expect(try await personal.ask("GET", "/test/any").status == 204)
            #expect(try await personal.ask("GET", "/v1/tokens").problem.code == "token.scope")
            // Its secret is nowhere but in that answer.
            #expect(try await !mine.ask("GET", "/v1/tokens").text.contains(made.secret))
            #expect(try await mine.ask("DELETE", "/v1/tokens/\(made.token.id)").status == 204)
            #expect(try await mine.ask("DELETE", "/v1/tokens/\(made.token.id)").status == 404)
            #expect(try await personal.ask("GET", "/test/any").problem.code == "token.revoked")
        }
    }

    @Test func `a token makes none that allows more, and another's is as if it never was`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.add("eve@example.com")
        try await scene.serve { client in
            let ada = client.with(try await scene.signIn(client).accessToken)
            let eve = client.with(try await scene.signIn(client, "eve@example.com").accessToken)
            let small = try await ada.post("/v1/tokens", TokenOrder(name: "small", scopes: [.account])).json(
                NewToken.self)
            let more = try await client.with(small.secret).post(
                "/v1/tokens", TokenOrder(name: "more", scopes: [.account, .jobsRead]))
            #expect(try more.problem.code == "token.scope")
            let strange = try await eve.ask("DELETE", "/v1/tokens/\(small.token.id)")
            let never = try await eve.ask("DELETE", "/v1/tokens/\(Identifier.make(.token, at: .now))")
            let odd = try await eve.ask("DELETE", "/v1/tokens/x")
            #expect(strange.status == 404 && never.status == 404 && odd.status == 404)
            #expect(strange.body == never.body && odd.body == never.body)
            #expect(try await client.with(small.secret).ask("GET", "/v1/account").status == 200)
        }
    }

    @Test func `a list comes in pages, newest first, each token once`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let mine = client.with(try await scene.signIn(client).accessToken)
            for i in 0..<5 { _ = try await mine.post("/v1/tokens", TokenOrder(name: "\(i)", scopes: [.jobsRead])) }
            var names: [String] = []
            var cursor = ""
            repeat {
                let page = try await mine.ask("GET", "/v1/tokens?limit=2\(cursor)").json(TokenPage.self)
                names += page.tokens.map { $0.name ?? "session" }
                cursor = page.next.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(names == ["4", "3", "2", "1", "0", "session"])
            #expect(try await mine.ask("GET", "/v1/tokens?cursor=nonsense").problem.pointer == "/query/cursor")
        }
    }

    @Test func `an account has fifty personal tokens at most`() async throws {
        let scene = try AccountsScene()
        let id = try await scene.add()
        try await scene.store.write { database in
            for _ in 0..<50 {
                _ = try TokenTable.make(
                    .personal, of: id, name: "x", scopes: [.jobsRead], expiresAt: nil, at: .now, in: database)
            }
        }
        try await scene.serve { client in
            let mine = client.with(try await scene.signIn(client).accessToken)
            let answer = try await mine.post("/v1/tokens", TokenOrder(name: "one more", scopes: [.jobsRead]))
            #expect(try answer.problem.code == "limits.tokens" && answer.problem.limit == 50)
        }
    }
}
