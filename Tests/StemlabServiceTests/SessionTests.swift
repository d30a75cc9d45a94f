// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct SessionTests {
    @Test func `one answer for no such account and for a wrong password`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let wrong = try await client.post(
                "/v1/sessions", Credentials(email: "ada@example.com", password: "wrong password"))
            let nobody = try await client.post(
                "/v1/sessions", Credentials(email: "eve@example.com", password: "wrong password"))
            #expect(wrong.status == 401 && nobody.status == 401)
            #expect(wrong.body == nobody.body)
            #expect(try wrong.problem.code == "session.refused")
        }
    }

    @Test(.alone) func `an address without an account is hashed for all the same`() async throws {
        // At the full cost nothing else of an answer takes as long.
        let hashing = PasswordHashing(cost: ScryptCost(logRounds: 14))
        let stored = try await hashing.hash(Secret("correct horse battery"))
        func time(_ stored: String?) async throws -> Duration {
            try await ProcessorTime.measure { _ = try await hashing.check(Secret("wrong"), against: stored) }
        }
        var (known, unknown) = (Duration.seconds(100), Duration.seconds(100))
        for _ in 0..<5 {
            known = min(known, try await time(stored))
            unknown = min(unknown, try await time(nil))
        }
        #expect(unknown > known / 2 && known > unknown / 2)
    }

    @Test func `a session works until it is signed out`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let session = try await scene.signIn(client)
            let mine = client.with(session.accessToken)
            #expect(try await mine.ask("GET", "/v1/account").json(Account.self).email == "ada@example.com")
            #expect(try await mine.ask("DELETE", "/v1/sessions/current").status == 204)
            #expect(try await mine.ask("GET", "/v1/account").problem.code == "token.revoked")
            let refreshed = try await client.post(
                "/v1/sessions/refresh", ["refresh_token": session.refreshToken])
            #expect(try refreshed.problem.code == "token.revoked")
        }
    }

    @Test func `refreshing ends the old pair`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let first = try await scene.signIn(client)
            let answer = try await client.post("/v1/sessions/refresh", ["refresh_token": first.refreshToken])
            #expect(answer.status == 200)
            let second = try answer.json(Session.self)
            #expect(try await client.with(first.accessToken).ask("GET", "/v1/account").problem.code == "token.revoked")
            #expect(try await client.with(second.accessToken).ask("GET", "/v1/account").status == 200)
            // A refresh token is no access token, nor the other way round.
            #expect(
                try await client.with(second.refreshToken).ask("GET", "/v1/account").problem.code == "token.invalid")
            let odd = try await client.post("/v1/sessions/refresh", ["refresh_token": second.accessToken])
            #expect(try odd.problem.code == "token.invalid")
        }
    }

    private func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? APIError)?.problem.code
        }
    }

    @Test func `an answer that was lost may be asked for once more within a minute`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        let service = scene.accounts.sessions
        let start = WallTime.now
        let first = Secret(
            try await service.signIn("ada@example.com", Secret(AccountsScene.password), at: start).refreshToken)
        let lost = try await service.refresh(first, at: start.advanced(by: .seconds(10)))
        let second = try await service.refresh(first, at: start.advanced(by: .seconds(69)))
        _ = try await scene.accounts.authenticator.admit(
            Secret(second.accessToken), at: start.advanced(by: .seconds(70)))
        // The pair that was lost: whoever has it copied it, and that ends the session.
        #expect(
            await code {
                _ = try await service.refresh(Secret(lost.refreshToken), at: start.advanced(by: .seconds(71)))
            }
                == "token.revoked")
        #expect(
            await code {
                _ = try await service.refresh(Secret(second.refreshToken), at: start.advanced(by: .seconds(72)))
            }
                == "token.revoked")
    }

    @Test(arguments: [(61, 1), (30, 2)])
    func `a refresh token that was copied ends the session`(later: Int, uses: Int) async throws {
        let scene = try AccountsScene()
        try await scene.add()
        let service = scene.accounts.sessions
        let start = WallTime.now
        let first = Secret(
            try await service.signIn("ada@example.com", Secret(AccountsScene.password), at: start).refreshToken)
        var current = try await service.refresh(first, at: start)
        for _ in 1..<uses { current = try await service.refresh(first, at: start.advanced(by: .seconds(1))) }
        let then = start.advanced(by: .seconds(later))
        #expect(await code { _ = try await service.refresh(first, at: then) } == "token.revoked")
        let access = Secret(current.accessToken)
        #expect(await code { _ = try await scene.accounts.authenticator.admit(access, at: then) } == "token.revoked")
    }

    @Test func `tokens end when their time is over`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        let start = WallTime.now
        let session = try await scene.accounts.sessions.signIn(
            "ada@example.com", Secret(AccountsScene.password), at: start)
        let door = scene.accounts.authenticator
        _ = try await door.admit(Secret(session.accessToken), at: start.advanced(by: .seconds(899)))
        #expect(
            await code { _ = try await door.admit(Secret(session.accessToken), at: start.advanced(by: .seconds(900))) }
                == "token.expired")
        let later = start.advanced(by: .seconds(30 * 86_400))
        #expect(
            await code { _ = try await scene.accounts.sessions.refresh(Secret(session.refreshToken), at: later) }
                == "token.expired")
    }

    @Test func `guessing is throttled by account before any hashing, for those that are not there too`() async throws {
        let scene = try AccountsScene { $0.attempts = RatePolicy(3, per: .seconds(3600)) }
        try await scene.add()
        try await scene.serve { client in
            for email in ["ada@example.com", "eve@example.com"] {
                var statuses: [Int] = []
                for _ in 0..<4 {
                    statuses.append(
                        try await client.post(
                            "/v1/sessions", Credentials(email: email.uppercased(), password: "wrong password")
                        ).status)
                }
                #expect(statuses == [401, 401, 401, 429])
                // The right one is not let through either.
                let answer = try await client.post(
                    "/v1/sessions", Credentials(email: email, password: AccountsScene.password))
                #expect(try answer.problem.code == "signin.throttled")
                let wait = try #require(answer.headers["retry-after"].flatMap { Int($0) })
                #expect((1...3600).contains(wait))
            }
        }
    }

    @Test func `strangers who guess keep nobody who is signed in from proving who they are`() async throws {
        let scene = try AccountsScene { $0.attempts = RatePolicy(3, per: .seconds(3600)) }
        try await scene.add()
        try await scene.serve { client in
            let mine = client.with(try await scene.signIn(client).accessToken)
            func guess() async throws -> Int {
                try await client.post(
                    "/v1/sessions", Credentials(email: "ada@example.com", password: "wrong password")
                ).status
            }
            while try await guess() != 429 {}
            let correction = AccountCorrection(
                newPassword: "another password", currentPassword: AccountsScene.password)
            #expect(try await mine.patch("/v1/account", correction).status == 200)
            // Who is signed in may not guess for ever either.
            for status in [403, 403, 403, 429] {
                let answer = try await mine.post("/v1/account/erase", ["current_password": "wrong password"])
                #expect(answer.status == status)
            }
            // A reset by mail begins both anew.
            _ = try await client.post("/v1/password/forgot", ["email": "ada@example.com"])
            let code = try await scene.code(to: "ada@example.com")
            let reset = ["code": code, "password": "a third password"]
            #expect(try await client.post("/v1/password/reset", reset).status == 204)
            let again = client.with(try await scene.signIn(client, password: "a third password").accessToken)
            #expect(
                try await again.post("/v1/account/erase", ["current_password": "a third password"]).status
                    == 204)
        }
    }

    @Test func `signing in takes back the attempts that failed`() async throws {
        let scene = try AccountsScene { $0.attempts = RatePolicy(3, per: .seconds(3600)) }
        try await scene.add()
        try await scene.serve { client in
            for password in [
                "wrong password", "wrong password", AccountsScene.password, "wrong password", "wrong password",
            ] {
                let answer = try await client.post(
                    "/v1/sessions", Credentials(email: "ada@example.com", password: password))
                #expect(answer.status == (password == AccountsScene.password ? 201 : 401))
            }
        }
    }

    @Test func `a disabled account is told so to its owner, and every token of it`() async throws {
        let scene = try AccountsScene()
        let id = try await scene.add()
        try await scene.serve { client in
            let session = try await scene.signIn(client)
            try await scene.store.write { try AccountTable.setDisabled(true, id, at: .now, in: $0) }
            let mine = client.with(session.accessToken)
            #expect(try await mine.ask("GET", "/v1/account").problem.code == "account.disabled")
            #expect(
                try await client.post(
                    "/v1/sessions", Credentials(email: "ada@example.com", password: AccountsScene.password)
                ).problem.code == "account.disabled")
            #expect(
                try await client.post("/v1/sessions", Credentials(email: "ada@example.com", password: "wrong password"))
                    .problem.code == "session.refused")
            #expect(
                try await client.post("/v1/sessions/refresh", ["refresh_token": session.refreshToken])
                    .problem.code == "account.disabled")
            try await scene.store.write { try AccountTable.setDisabled(false, id, at: .now, in: $0) }
            #expect(try await mine.ask("GET", "/v1/account").status == 200)
        }
    }

    @Test func `a hash at an old cost is raised at sign-in`() async throws {
        let scene = try AccountsScene()
        let id = try await scene.add()
        let cheap = try PasswordHash(Secret(AccountsScene.password), ScryptCost(logRounds: 2)).text
        try await scene.change("UPDATE account SET password = ? WHERE id = ?", [cheap, id])
        try await scene.serve { client in _ = try await scene.signIn(client) }
        let stored = try await scene.store.read { try AccountTable.find(id, in: $0)?.password }
        #expect(stored?.hasPrefix("$scrypt$ln=4,r=8,p=1$") == true)
        try await scene.serve { client in _ = try await scene.signIn(client) }
    }

    @Test func `more than the line can hold are told to come again`() async throws {
        let hashing = PasswordHashing(cost: ScryptCost(logRounds: 14), threads: 1, line: 1)
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await hashing.hash(Secret("correct horse battery"))
                        return "hashed"
                    } catch {
                        return (error as? APIError)?.problem.code ?? "\(error)"
                    }
                }
            }
            return await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(Set(outcomes.keys) == ["hashed", "service.unavailable"])
    }
}
