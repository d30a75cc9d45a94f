// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

/// A password that is set anew while the old one is compared: the old one is worth nothing then.
@Suite(.timeLimit(.minutes(1))) struct PasswordProofTests {
    private static let ended = "another password"

    /// Sets another password, as a code of a mail does, but leaves every token: what is refused is refused for the
    /// password.
    private func setAnew(_ account: String) throws -> @Sendable (Database) throws -> Void {
        let hash = try PasswordHash(Secret(Self.ended), ScryptCost(logRounds: 4)).text
        return { try AccountTable.setPassword(hash, of: account, in: $0) }
    }

    @Test func `a sign-in with the old password that is under way gets no session`() async throws {
        let scene = try AccountsScene()
        let account = try await scene.add()
        try await scene.serve { client in
            let answer = try await scene.overtaken(by: try setAnew(account)) {
                try await client.post(
                    "/v1/sessions", Credentials(email: "ada@example.com", password: AccountsScene.password))
            }
            #expect(answer.status == 401)
            #expect(try answer.problem.code == "session.refused")
            #expect(try await scene.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM token") } == 0)
            _ = try await scene.signIn(client, password: Self.ended)
        }
    }

    @Test func `a program that is being approved with the old password is not`() async throws {
        let scene = try AccountsScene()
        let account = try await scene.add()
        try await scene.serve { client in
            let device = try await client.post("/v1/device/code", form: "client_id=stemwatch").json(
                DeviceAuthorization.self)
            let form = "user_code=\(device.userCode)&email=ada%40example.com&decision=approve&password="
            let answer = try await scene.overtaken(by: try setAnew(account)) {
                try await client.post("/device", form: form + "correct+horse+battery")
            }
            #expect(answer.status == 401)
            #expect(answer.text.contains("Address or password is wrong"))
            let approved = try await scene.store.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM device WHERE decision IS NOT NULL")
            }
            #expect(approved == 0)
            #expect(try await client.post("/device", form: form + "another+password").status == 200)
        }
    }

    @Test(arguments: [
        ("PATCH", "/v1/account", #""email":"eve@example.com","#),
        ("PATCH", "/v1/account", #""new_password":"a third password","#), ("POST", "/v1/account/erase", ""),
    ])
    func `what the account does for the old password is not done`(
        method: String, path: String, what: String
    ) async throws {
        let scene = try AccountsScene()
        let account = try await scene.add()
        try await scene.serve { client in
            let mine = client.with(try await scene.signIn(client).accessToken)
            #expect(try await mine.ask("GET", "/v1/account").status == 200)
            let body = #"{\#(what)"current_password":"\#(AccountsScene.password)"}"#
            let answer = try await scene.overtaken(by: try setAnew(account)) {
                try await mine.ask(
                    method, path, headers: [("Content-Type", "application/json")], body: Array(body.utf8))
            }
            #expect(answer.status == 403)
            #expect((try? answer.problem.code) == "password.wrong")
            let after = try await mine.ask("GET", "/v1/account").json(Account.self)
            #expect(after.email == "ada@example.com" && after.pendingEmail == nil)
            _ = try await scene.signIn(client, password: Self.ended)
        }
    }

    @Test func `of two who sign in at once while the hash is raised both get in`() async throws {
        let scene = try AccountsScene()
        let account = try await scene.add()
        let hashes = try [2, 4].map {
            try PasswordHash(Secret(AccountsScene.password), ScryptCost(logRounds: $0)).text
        }
        let (cheap, raised) = (hashes[0], hashes[1])
        try await scene.change("UPDATE account SET password = ?", [cheap])
        let session = try await scene.overtaken { database in
            // As the other one does.
            try database.execute(sql: "UPDATE account SET password = ? WHERE id = ?", arguments: [raised, account])
        } act: {
            try await scene.accounts.sessions.signIn("ada@example.com", Secret(AccountsScene.password), at: .now)
        }
        _ = try await scene.accounts.authenticator.admit(Secret(session.accessToken), at: .now)
    }
}
