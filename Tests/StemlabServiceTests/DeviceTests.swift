// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import HTTPTypes
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct DeviceTests {
    private static let grant = "urn:ietf:params:oauth:grant-type:device_code"

    private func start(_ client: LoopbackClient, more: String = "") async throws -> DeviceAuthorization {
        let answer = try await client.post("/v1/device/code", form: "client_id=stemwatch\(more)")
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json(DeviceAuthorization.self)
    }

    private func ask(_ client: LoopbackClient, _ code: String, id: String = "stemwatch") async throws
        -> LoopbackClient.Response
    {
        try await client.post("/v1/device/token", form: "grant_type=\(Self.grant)&device_code=\(code)&client_id=\(id)")
    }

    /// As if the program had waited as long as it should.
    private func letTimePass(_ scene: AccountsScene) async throws {
        try await scene.change("UPDATE device SET asked_at = NULL")
    }

    @Test func `a program is let in by a person who signs in on the page`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let device = try await start(client)
            #expect(device.verificationURIComplete == "https://stems.example.com/device?user_code=\(device.userCode)")
            #expect(try await ask(client, device.deviceCode).json(OAuthError.self).error == "authorization_pending")
            let early = try await ask(client, device.deviceCode)
            #expect(early.status == 400)
            #expect(try early.json(OAuthError.self).error == "slow_down")

            let page = try await client.ask("GET", "/device?user_code=\(device.userCode.lowercased())")
            #expect(
                page.text.contains("stemwatch") && page.text.contains("127.0.0.1")
                    && page.text.contains(device.userCode))
            let form = "user_code=\(device.userCode)&email=ada%40example.com&decision=approve&password="
            #expect(try await client.post("/device", form: form + "wrong+password").status == 401)
            #expect(try await client.post("/device", form: form + "correct+horse+battery").status == 200)
            #expect(try await client.post("/device", form: form + "correct+horse+battery").status == 409)

            try await letTimePass(scene)
            let token = try await ask(client, device.deviceCode).json(DeviceToken.self)
            #expect(token.scope == "jobs:read jobs:write")
            // It has no say over the account.
            let answer = try await client.with(token.accessToken).ask("GET", "/v1/account")
            #expect(try answer.problem.code == "token.scope")
        }
    }

    @Test func `the page lets nobody approve what does not wait, or while the account is disabled`() async throws {
        let scene = try AccountsScene()
        let id = try await scene.add()
        try await scene.serve { client in
            let device = try await start(client)
            let form = "email=ada%40example.com&decision=approve&password=correct+horse+battery&user_code="
            #expect(try await client.post("/device", form: form + "BCDF-GHJK").status == 404)
            try await scene.store.write { try AccountTable.setDisabled(true, id, at: .now, in: $0) }
            let refused = try await client.post("/device", form: form + device.userCode)
            #expect(refused.status == 403)
            #expect(refused.text.contains("disabled"))
            #expect(try await ask(client, device.deviceCode).json(OAuthError.self).error == "authorization_pending")
        }
    }

    @Test func `a token whose answer was lost is given anew until it is used`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        let route = Route("any", .get, "/test/any", .token(.jobsRead)) { _ in .done }
        try await scene.serve(more: [route]) { client in
            let device = try await start(client, more: "&scope=jobs:read")
            let session = try await scene.signIn(client)
            let decision = ["user_code": device.userCode, "decision": "approve"]
            #expect(try await client.with(session.accessToken).post("/v1/device/decisions", decision).status == 204)
            #expect(
                try await client.with(session.accessToken).post("/v1/device/decisions", decision).problem.code
                    == "device.decided")

            let lost = try await ask(client, device.deviceCode).json(DeviceToken.self)
            #expect(lost.scope == "jobs:read")
            try await letTimePass(scene)
            let token = try await ask(client, device.deviceCode).json(DeviceToken.self)
            #expect(try await client.with(lost.accessToken).ask("GET", "/test/any").problem.code == "token.revoked")
            #expect(try await client.with(token.accessToken).ask("GET", "/test/any").status == 204)
            try await letTimePass(scene)
            #expect(try await ask(client, device.deviceCode).json(OAuthError.self).error == "invalid_grant")
            #expect(try await client.with(token.accessToken).ask("GET", "/test/any").status == 204)
            let list = try await client.with(session.accessToken).ask("GET", "/v1/tokens").json(TokenPage.self)
            #expect(list.tokens.map(\.kind) == [.device, .session])
            #expect(list.tokens[0].name == "stemwatch" && list.tokens[0].usedAt != nil)
        }
    }

    @Test func `denied, expired, unknown and another's are told apart`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let session = try await scene.signIn(client)
            let mine = client.with(session.accessToken)
            let denied = try await start(client)
            #expect(
                try await mine.post("/v1/device/decisions", ["user_code": denied.userCode, "decision": "deny"])
                    .status == 204)
            #expect(try await ask(client, denied.deviceCode).json(OAuthError.self).error == "access_denied")
            let other = try await start(client)
            #expect(
                try await ask(client, other.deviceCode, id: "another").json(OAuthError.self).error == "invalid_grant")
            try await scene.change("UPDATE device SET expires_at = 1 WHERE user_code = ?", [other.userCode])
            #expect(try await ask(client, other.deviceCode).json(OAuthError.self).error == "expired_token")
            #expect(
                try await mine.post(
                    "/v1/device/decisions", ["user_code": other.userCode, "decision": "approve"]
                ).problem.code == "device.unknown")
            let wrong = try await client.post("/v1/device/token", form: "grant_type=password&device_code=x&client_id=y")
            #expect(try wrong.json(OAuthError.self).error == "unsupported_grant_type")
            let broken = try await client.post("/v1/device/token", form: "grant_type=\(Self.grant)")
            #expect(try broken.json(OAuthError.self).error == "invalid_request")
            #expect(
                try await client.post("/v1/device/code", form: "client_id=a%20b").problem.pointer == "/body/client_id")
            #expect(
                try await client.post("/v1/device/code", form: "client_id=a&scope=account").problem.pointer
                    == "/body/scope")
        }
    }

    @Test func `a device that is not used for 180 days is forgotten`() async throws {
        let scene = try AccountsScene()
        try await scene.add()
        try await scene.serve { client in
            let session = try await scene.signIn(client)
            let device = try await start(client)
            _ = try await client.with(session.accessToken).post(
                "/v1/device/decisions", ["user_code": device.userCode, "decision": "approve"])
            let token = Secret(try await ask(client, device.deviceCode).json(DeviceToken.self).accessToken)
            let door = scene.accounts.authenticator
            var now = WallTime.now
            for _ in 0..<3 {
                now = now.advanced(by: .seconds(179 * 86_400))
                _ = try await door.admit(token, at: now)
            }
            await #expect(throws: APIError.self) {
                try await door.admit(token, at: now.advanced(by: .seconds(181 * 86_400)))
            }
        }
    }
}
