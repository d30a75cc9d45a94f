// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI
import Synchronization
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

@Suite struct AccountTests {
    @Test func `a name is corrected at once, an address when it is verified, and the old one is told`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let mine = client.with(try await scene.signIn(client).accessToken)
            #expect(
                try await mine.patch("/v1/account", AccountCorrection(name: "Countess")).json(Account.self).name
                    == "Countess")
            let without = try await mine.patch("/v1/account", AccountCorrection(email: "new@example.com"))
            #expect(try without.problem.pointer == "/body/current_password")
            let wrong = try await mine.patch(
                "/v1/account", AccountCorrection(email: "new@example.com", currentPassword: "wrong"))
            #expect(try wrong.problem.code == "password.wrong")
            let moved = try await mine.patch(
                "/v1/account", AccountCorrection(email: "new@example.com", currentPassword: AccountsScene.password)
            ).json(Account.self)
            #expect(moved.email == "ada@example.com" && moved.pendingEmail == "new@example.com")
            let code = try await scene.code(to: "new@example.com")
            #expect(
                try await scene.mails().contains {
                    $0.contains("To: ada@example.com") && $0.contains("another address")
                })
            #expect(try await client.post("/v1/accounts/verify", ["code": code]).status == 204)
            let after = try await mine.ask("GET", "/v1/account").json(Account.self)
            #expect(after.email == "new@example.com" && after.pendingEmail == nil && after.name == "Countess")
        }
    }

    @Test func `an address that has an account is not taken, and who asks does not learn of it`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.add("eve@example.com")
        try await scene.serve { client in
            let eve = client.with(try await scene.signIn(client, "eve@example.com").accessToken)
            let answer = try await eve.patch(
                "/v1/account", AccountCorrection(email: "ada@example.com", currentPassword: AccountsScene.password))
            #expect(answer.status == 200)
            #expect(
                try await scene.mails().filter { $0.contains("To: ada@example.com") }.allSatisfy {
                    !$0.contains("code=")
                })
        }
    }

    /// Mails that have been written to an address.
    private func mails(to address: String, _ scene: AccountsScene) async throws -> Int {
        try await scene.mails().count { $0.contains("To: \(address)\n") }
    }

    @Test func `an account floods nobody with mail by wanting to move to their address`() async throws {
        let scene = try AccountsScene()
        let accounts = ["ada@example.com", "eve@example.com"]
        for account in accounts { try await scene.add(account) }
        try await scene.serve { client in
            for (account, statuses) in [
                (accounts[0], [200, 200, 200, 200, 200, 429]), (accounts[1], [200, 200, 200, 200, 200, 429]),
            ] {
                let mine = client.with(try await scene.signIn(client, account).accessToken)
                for status in statuses {
                    let answer = try await mine.patch(
                        "/v1/account",
                        AccountCorrection(email: "victim@example.com", currentPassword: AccountsScene.password))
                    #expect(answer.status == status)
                    if status == 429 {
                        #expect(try answer.problem.code == "rate.limited")
                        #expect(answer.headers["retry-after"] != nil)
                    }
                }
                // A name is corrected all the same, and what is no move is none.
                #expect(try await mine.patch("/v1/account", AccountCorrection(name: "Eve")).status == 200)
                let same = AccountCorrection(email: account, currentPassword: AccountsScene.password)
                #expect(try await mine.patch("/v1/account", same).status == 200)
            }
            #expect(try await mails(to: "victim@example.com", scene) == 5)
        }
    }

    @Test func `erasing an account takes nothing from whose address it wanted`() async throws {
        let scene = try AccountsScene()
        try await scene.add("eve@example.com")
        try await scene.serve { client in
            let eve = client.with(try await scene.signIn(client, "eve@example.com").accessToken)
            let victim = Credentials(email: "victim@example.com", password: "the victim's own")
            #expect(try await client.post("/v1/accounts", victim).status == 202)
            let code = try await scene.code(to: "victim@example.com")
            let correction = AccountCorrection(email: "victim@example.com", currentPassword: AccountsScene.password)
            #expect(try await eve.patch("/v1/account", correction).status == 200)
            #expect(
                try await eve.post("/v1/account/erase", ["current_password": AccountsScene.password]).status
                    == 204)
            let mails = try await scene.store.read {
                try String.fetchAll($0, sql: "SELECT kind FROM mail WHERE recipient = 'victim@example.com'")
            }
            #expect(mails == ["verification"])
            #expect(try await client.post("/v1/accounts/verify", ["code": code]).status == 204)
            #expect(try await client.post("/v1/sessions", victim).status == 201)
        }
    }

    @Test func `a new password revokes every other token`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let (one, other) = (try await scene.signIn(client), try await scene.signIn(client))
            let mine = client.with(one.accessToken)
            let answer = try await mine.patch(
                "/v1/account",
                AccountCorrection(newPassword: "another password", currentPassword: AccountsScene.password))
            #expect(answer.status == 200)
            #expect(try await mine.ask("GET", "/v1/account").status == 200)
            #expect(try await client.with(other.accessToken).ask("GET", "/v1/account").problem.code == "token.revoked")
            _ = try await scene.signIn(client, password: "another password")
        }
    }

    /// A room that keeps one file of every account.
    private final class Drawer: AccountDataOwner {
        let events = Mutex<[String]>([])
        func opened(_ account: String, at now: WallTime, in database: Database) throws {
            events.withLock { $0.append("opened") }
        }
        func archive(of account: String) async throws -> [ArchiveMember] {
            [ArchiveMember("stems/a.wav", [UInt8](repeating: 7, count: 1000))]
        }
        func erasing(_ account: String, in database: Database) throws -> @Sendable () async throws -> Void {
            events.withLock { $0.append("erasing") }
            return { self.events.withLock { $0.append("removed") } }
        }
    }

    @Test func `erasing leaves nothing of the account, in the database or beside it`() async throws {
        let drawer = Drawer()
        let scene = try AccountsScene(dataOwners: [drawer])
        try await scene.add("planted-address@example.com")
        try await scene.serve { client in
            let session = try await scene.signIn(client, "planted-address@example.com")
            let mine = client.with(session.accessToken)
            _ = try await mine.patch("/v1/account", AccountCorrection(name: "Planted Name"))
            _ = try await mine.post("/v1/tokens", TokenOrder(name: "planted-token", scopes: [.account]))
            _ = try await client.post("/v1/password/forgot", ["email": "planted-address@example.com"])
            _ = try await client.post("/v1/device/code", form: "client_id=stemwatch")
            #expect(
                try await mine.post("/v1/account/erase", ["current_password": "wrong"]).problem.code
                    == "password.wrong")
            #expect(
                try await mine.post("/v1/account/erase", ["current_password": AccountsScene.password]).status
                    == 204)
            #expect(drawer.events.withLock { $0 } == ["opened", "erasing", "removed"])
            #expect(try await mine.ask("GET", "/v1/account").problem.code == "token.invalid")
            for entry in try DirectoryListing.entries(of: scene.directory.path)
            where entry.name.string.hasPrefix("stemlab.db") {
                let bytes = try SmallFile.read(scene.directory.path.appending(entry.name), atMost: 8 << 20) ?? []
                for planted in ["planted-address", "Planted Name", "planted-token"] {
                    #expect(bytes.firstRange(of: Array(planted.utf8)) == nil, "\(planted) in \(entry.name)")
                }
            }
            // The address is free again.
            try await scene.add("planted-address@example.com")
        }
    }

    @Test func `an export is a tar archive of everything that is held`() async throws {
        let scene = try AccountsScene(dataOwners: [Drawer()])
        try await scene.add()
        try await scene.serve { client in
            let session = try await scene.signIn(client)
            let mine = client.with(session.accessToken)
            _ = try await client.post("/v1/password/forgot", ["email": "ada@example.com"])
            let code = try await scene.code(to: "ada@example.com")
            let answer = try await mine.ask("GET", "/v1/account/export")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/x-tar")
            // No secrets, used or not.
            #expect(
                !answer.text.contains(session.accessToken) && !answer.text.contains(code)
                    && !answer.text.contains("$scrypt$"))
            let file = scene.directory("export.tar")
            try DurableFiles.replace(file, with: answer.body)
            #expect(try await Shell.succeeds("tar -xf export.tar", in: scene.directory.path))
            func read(_ name: String) throws -> [UInt8]? {
                try SmallFile.read(scene.directory.path.appending(name), atMost: 1 << 16)
            }
            let account = try #require(try read("account.json"))
            #expect(String(decoding: account, as: UTF8.self).contains("ada@example.com"))
            #expect(try read("tokens.json") != nil && read("mail.json") != nil)
            #expect(try read("stems/a.wav") == [UInt8](repeating: 7, count: 1000))
        }
    }

    @Test func `no log line holds an address, a password, a token, a query or a code`() async throws {
        let scene = try AccountsScene()
        try await scene.add("planted@example.com", password: "planted password")
        try await scene.serve { client in
            let session = try await scene.signIn(client, "planted@example.com", password: "planted password")
            _ = try await client.post(
                "/v1/sessions", Credentials(email: "planted@example.com", password: "planted wrong one"))
            _ = try await client.post("/v1/password/forgot", ["email": "planted@example.com"])
            let code = try await scene.code(to: "planted@example.com")
            _ = try await client.ask("GET", "/reset?code=\(code)&odd=planted")
            _ = try await client.ask("GET", "/planted/path?planted")
            _ = try await client.with(session.accessToken).ask("GET", "/v1/account", headers: [("X-Odd", "planted")])
            let log = scene.log.text
            #expect(log.contains("signIn") && log.contains("readAccount") && log.contains("client=127.0.0.1"))
            for planted in ["planted", session.accessToken, session.refreshToken, code, "slm_"] {
                #expect(!log.contains(planted), "\(planted)")
            }
        }
    }

    @Test func `nothing at rest is a password or a token`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let session = try await scene.signIn(client)
            _ = try await client.post("/v1/password/forgot", ["email": "ada@example.com"])
            let code = try await scene.code(to: "ada@example.com")
            try await scene.store.truncateLog()
            let bytes = try SmallFile.read(scene.directory("stemlab.db"), atMost: 8 << 20) ?? []
            for secret in [session.accessToken, session.refreshToken, code, AccountsScene.password] {
                #expect(bytes.firstRange(of: Array(secret.utf8)) == nil)
            }
        }
    }
}
