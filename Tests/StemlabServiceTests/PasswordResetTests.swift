// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct PasswordResetTests {
    @Test func `a code of a mail sets a new password once, and revokes every token`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let session = try await scene.signIn(client)
            #expect(
                try await client.post("/v1/password/forgot", ["email": "ADA@example.com"]).status == 202)
            let code = try await scene.code(to: "ada@example.com")
            let reset = ["code": code, "password": "another password"]
            #expect(try await client.post("/v1/password/reset", reset).status == 204)
            #expect(try await client.post("/v1/password/reset", reset).problem.code == "code.invalid")
            #expect(
                try await client.with(session.accessToken).ask("GET", "/v1/account").problem.code == "token.revoked")
            #expect(
                try await client.post(
                    "/v1/sessions", Credentials(email: "ada@example.com", password: AccountsScene.password)
                ).status == 401)
            _ = try await scene.signIn(client, password: "another password")
        }
    }

    @Test func `a code works for an hour`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        let start = WallTime.now
        try await scene.accounts.service.forgotPassword("ada@example.com", at: start)
        let code = Secret(try await scene.code(to: "ada@example.com"))
        await #expect(throws: APIError.self) {
            try await scene.accounts.service.resetPassword(
                code, to: Secret("another password"), at: start.advanced(by: .seconds(3600)))
        }
        try await scene.accounts.service.resetPassword(
            code, to: Secret("another password"), at: start.advanced(by: .seconds(3599)))
    }

    @Test func `a code that was sent to an address is worth nothing once the account has left it`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let mine = client.with(try await scene.signIn(client).accessToken)
            let correction = AccountCorrection(email: "new@example.com", currentPassword: AccountsScene.password)
            #expect(try await mine.patch("/v1/account", correction).status == 200)
            let move = try await scene.code(to: "new@example.com")
            _ = try await client.post("/v1/password/forgot", ["email": "ada@example.com"])
            let old = try await scene.code(to: "ada@example.com")
            #expect(try await client.post("/v1/accounts/verify", ["code": move]).status == 204)
            let reset = ["code": old, "password": "the finder's password"]
            #expect(try await client.post("/v1/password/reset", reset).problem.code == "code.invalid")
            _ = try await scene.signIn(client, "new@example.com")
        }
    }

    @Test(arguments: [false, true])
    func `a move that was asked for under an old password is off with it`(byMail: Bool) async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            // Somebody else who has learnt the password.
            let eve = client.with(try await scene.signIn(client).accessToken)
            let correction = AccountCorrection(email: "eve@example.com", currentPassword: AccountsScene.password)
            #expect(try await eve.patch("/v1/account", correction).status == 200)
            let move = try await scene.code(to: "eve@example.com")
            if byMail {
                _ = try await client.post("/v1/password/forgot", ["email": "ada@example.com"])
                let code = try await scene.code(to: "ada@example.com")
                let reset = ["code": code, "password": "another password"]
                #expect(try await client.post("/v1/password/reset", reset).status == 204)
            } else {
                let mine = client.with(try await scene.signIn(client).accessToken)
                let correction = AccountCorrection(
                    newPassword: "another password", currentPassword: AccountsScene.password)
                #expect(try await mine.patch("/v1/account", correction).json(Account.self).pendingEmail == nil)
            }
            #expect(try await client.post("/v1/accounts/verify", ["code": move]).status == 403)
            _ = try await scene.signIn(client, password: "another password")
        }
    }

    @Test func `as much is written for an address without an account`() async throws {
        let scene = try AccountsScene()
        try await scene.add("ada@example.com")
        var sizes: [Int64] = []
        for email in ["ada@example.com", "eve@example.com", "ada@example.com", "eve@example.com"] {
            try await scene.store.truncateLog()
            try await scene.accounts.service.forgotPassword(email, at: .now)
            sizes.append(try FileStatus.at(scene.directory("stemlab.db-wal"))?.identity.size ?? 0)
        }
        #expect(Set(sizes).count == 1 && sizes[0] > 0)
        #expect(try await scene.mails().count == 2)
        #expect(try await scene.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM mail") } == 2)
    }

    @Test func `a link does nothing by being followed, its button does`() async throws {
        let scene = try AccountsScene()
        try await scene.serve { client in
            _ = try await client.post(
                "/v1/accounts", Credentials(email: "ada@example.com", password: AccountsScene.password))
            let code = try await scene.code(to: "ada@example.com")
            let page = try await client.ask("GET", "/verify?code=\(code)")
            #expect(page.status == 200)
            #expect(page.text.contains(code) && !page.text.contains("<script"))
            #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
            #expect(page.headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            #expect(page.headers["referrer-policy"] == "no-referrer")
            #expect(page.headers["set-cookie"] == nil)
            #expect(
                try await client.post(
                    "/v1/sessions", Credentials(email: "ada@example.com", password: AccountsScene.password)
                ).status == 401)
            #expect(try await client.post("/verify", form: "code=\(code)").status == 200)
            #expect(try await client.post("/verify", form: "code=\(code)").status == 403)
            #expect(try await client.post("/verify", form: "code=short").status == 400)
            #expect(try await client.post("/verify", form: "").status == 400)
            _ = try await scene.signIn(client)

            _ = try await client.post("/v1/password/forgot", ["email": "ada@example.com"])
            let reset = try await scene.code(to: "ada@example.com")
            #expect(try await client.ask("GET", "/reset?code=\(reset)").status == 200)
            #expect(try await client.post("/reset", form: "code=\(reset)&password=short").status == 400)
            #expect(try await client.post("/reset", form: "code=\(reset)&password=another+password").status == 200)
            #expect(try await client.post("/reset", form: "code=\(reset)&password=another+password").status == 403)
            _ = try await scene.signIn(client, password: "another password")
        }
    }

    @Test func `what is put into a page stays text`() async throws {
        let scene = try AccountsScene()
        try await scene.serve { client in
            let page = try await client.ask("GET", "/verify?code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
            #expect(!page.text.contains("<script"))
            #expect(page.text.contains("&quot;&gt;&lt;script&gt;"))
        }
    }
}
