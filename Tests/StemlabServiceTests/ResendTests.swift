// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// Mails through a provider that is as strict as the real one, and goes wrong on request.
@Suite(.timeLimit(.minutes(1))) struct ResendTests {
    let provider = ResendDouble()

    private func transport(key: String = ResendDouble.apiKey, from sender: String = "stems@example.com") throws
        -> Resend
    {
        Resend(try ServiceURL(provider.web.origin), key: Secret(key), from: sender, caFile: nil)
    }

    private func scene(key: String = ResendDouble.apiKey) throws -> AccountsScene {
        try AccountsScene(transport: transport(key: key))
    }

    private func signUp(_ scene: AccountsScene, _ email: String = "ada@example.com", at now: WallTime = .now)
        async throws
    {
        try await scene.accounts.service.signUp(email, Secret("0123456789"), at: now)
    }

    private struct Row: Equatable {
        let state: String
        let attempts: Int
        let hasText: Bool
    }

    private func rows(_ scene: AccountsScene) async throws -> [Row] {
        try await scene.store.read { database in
            try GRDB.Row.fetchAll(database, sql: "SELECT state, attempts, text FROM mail ORDER BY created_at").map {
                Row(state: $0["state"], attempts: $0["attempts"], hasText: ($0["text"] as String?) != nil)
            }
        }
    }

    /// Neither the key nor an address is in the log.
    private func expectQuiet(_ scene: AccountsScene) {
        #expect(!scene.log.text.contains("re_"))
        #expect(!scene.log.text.contains("@example.com"))
    }

    @Test func `a mail goes out as the provider wants it, once, and is noted`() async throws {
        let scene = try scene()
        try await signUp(scene)
        #expect(try await scene.mailSender.step(at: .now) == nil)
        let mail = try #require(provider.sent.first)
        #expect(provider.sent.count == 1 && provider.complaints.isEmpty)
        #expect(mail.from == "stems@example.com" && mail.to == "ada@example.com")
        #expect(mail.subject == "Confirm your address" && mail.text.contains("/verify?code="))
        #expect(try await rows(scene) == [Row(state: "sent", attempts: 1, hasText: false)])
        #expect(scene.log.text.contains("a mail was sent"))
        expectQuiet(scene)
    }

    @Test(arguments: [WebDouble.Fault.loseAnswer, .truncate(afterBody: 3), .corrupt])
    func `a mail whose answer was lost is asked for again, and goes out once`(fault: WebDouble.Fault) async throws {
        let scene = try scene()
        let start = WallTime.now
        try await signUp(scene, at: start)
        provider.web.plan(fault)
        let next = try #require(try await scene.mailSender.step(at: start))
        #expect(next == start.advanced(by: .seconds(60)))
        #expect(provider.sent.count == 1)
        #expect(try await scene.mailSender.step(at: next) == nil)
        let keys = provider.web.requests.map { $0.headers["idempotency-key"] }
        #expect(keys.count == 2 && keys[0] == keys[1] && keys[0] != nil)
        #expect(provider.sent.count == 1)
        #expect(try await rows(scene) == [Row(state: "sent", attempts: 2, hasText: false)])
    }

    @Test func `a crash between sending and noting sends no second mail, even under another sender`() async throws {
        let scene = try scene()
        try await signUp(scene)
        let mail = try #require(try await scene.store.read { try MailQueue.due(at: .now, limit: 1, in: $0) }.first)
        // As far as it came before it died.
        try await transport().deliver(mail)
        let next = MailSender(scene.store, try transport(from: "other@example.com"), log: scene.log.logger)
        #expect(try await next.step(at: .now) == nil)
        #expect(provider.web.requests.count == 2 && provider.sent.count == 1)
        #expect(try await rows(scene).map(\.state) == ["sent"])
    }

    @Test func `a mail that may have gone out before a long stop is not sent again`() async throws {
        let scene = try scene()
        let start = WallTime.now
        try await signUp(scene, at: start)
        let mail = try #require(try await scene.store.read { try MailQueue.due(at: start, limit: 1, in: $0) }.first)
        try await transport().deliver(mail)
        // The provider has forgotten its key by now.
        #expect(try await scene.mailSender.step(at: start.advanced(by: .seconds(25 * 3600))) == nil)
        #expect(provider.web.requests.count == 1)
        #expect(try await rows(scene) == [Row(state: "given_up", attempts: 0, hasText: false)])
    }

    @Test func `a rate limit puts every mail off for as long as it says, and counts for none`() async throws {
        let scene = try scene()
        let start = WallTime.now
        for name in ["ada", "bob", "eve"] { try await signUp(scene, "\(name)@example.com", at: start) }
        provider.web.plan(.answer(ResendDouble.error(429, "rate_limit_exceeded", headers: [("retry-after", "7")])))
        let next = try #require(try await scene.mailSender.step(at: start))
        #expect(next == start.advanced(by: .seconds(7)))
        #expect(provider.web.requests.count == 1)
        #expect(try await rows(scene).allSatisfy { $0 == Row(state: "waiting", attempts: 0, hasText: true) })
        #expect(try await scene.mailSender.step(at: next) == nil)
        #expect(Set(provider.sent.map(\.to)).count == 3)
        #expect(scene.log.text.contains("code=rate.limited"))
        expectQuiet(scene)
    }

    @Test func `a quota that is used up is no rate limit: mails wait for an hour`() async throws {
        let scene = try scene()
        let start = WallTime.now
        try await signUp(scene, at: start)
        provider.web.plan(
            .answer(ResendDouble.error(429, "daily_quota_exceeded", headers: [("retry-after", "1")])))
        let next = try #require(try await scene.mailSender.step(at: start))
        #expect(next.since(start) > .seconds(3590) && next.since(start) < .seconds(3700))
        #expect(scene.log.text.contains("code=mail.quota"))
        #expect(try await scene.mailSender.step(at: next) == nil)
        #expect(provider.sent.count == 1)
        expectQuiet(scene)
    }

    @Test func `a key that is refused keeps every mail, and is in no log`() async throws {
        let scene = try scene(key: "re_wrong_987654321")
        let start = WallTime.now
        for name in ["ada", "bob"] { try await signUp(scene, "\(name)@example.com", at: start) }
        let next = try #require(try await scene.mailSender.step(at: start))
        #expect(next == start.advanced(by: .seconds(900)))
        #expect(provider.web.requests.count == 1 && provider.sent.isEmpty)
        #expect(scene.log.text.contains("code=mail.unauthorized"))
        expectQuiet(scene)
        let mended = MailSender(scene.store, try transport(), log: scene.log.logger)
        #expect(try await mended.step(at: next) == nil)
        #expect(provider.sent.count == 2)
    }

    @Test func `a mail that is refused for good is given up at once, and the others go out`() async throws {
        let scene = try scene()
        for name in ["ada", "bob"] { try await signUp(scene, "\(name)@example.com") }
        provider.web.plan(.answer(ResendDouble.error(422, "validation_error")))
        #expect(try await scene.mailSender.step(at: .now) == nil)
        #expect(provider.sent.count == 1)
        #expect(try await rows(scene).map(\.state).sorted() == ["given_up", "sent"])
        #expect(try await rows(scene).allSatisfy { !$0.hasText })
        #expect(scene.log.text.contains("code=mail.refused"))
        expectQuiet(scene)
    }

    @Test(arguments: [
        (WebDouble.Response(500), "mail.unavailable"),
        (ResendDouble.error(409, "concurrent_idempotent_requests"), "mail.unavailable"),
        (WebDouble.Response(302, headers: [("Location", "/else")]), "network.protocol"),
        (WebDouble.Response(200, Array("{}".utf8)), "network.protocol"),
        (WebDouble.Response(200, [UInt8](repeating: 32, count: 65 << 10)), "network.protocol"),
    ])
    func `what a provider should not answer makes a mail wait`(answer: WebDouble.Response, code: String) async throws {
        let scene = try scene()
        let start = WallTime.now
        try await signUp(scene, at: start)
        provider.web.plan(.answer(answer))
        let next = try #require(try await scene.mailSender.step(at: start))
        #expect(next == start.advanced(by: .seconds(60)))
        #expect(scene.log.text.contains("code=\(code)"), "\(scene.log.text)")
        #expect(try await scene.mailSender.step(at: next) == nil)
        #expect(provider.sent.count == 1)
    }

    @Test func `the configuration says where the key is, and the service fetches it from there`() async throws {
        let directory = TemporaryDirectory()
        try directory("key").write("\(ResendDouble.apiKey)\n")
        func configuration(_ place: String) throws -> ServiceConfiguration {
            try ServiceConfiguration.read(
                Array(
                    """
                    mail:
                      from: stems@example.com
                      resend: {api_key: \(place), url: "\(provider.web.origin)"}
                    """.utf8), file: "stemlab.yaml", environment: [:])
        }
        let places: [(String, [String: String])] = [
            ("{from_file: \(directory("key"))}", [:]), ("{from_env: KEY}", ["KEY": ResendDouble.apiKey]),
            ("{from_credential: key}", ["CREDENTIALS_DIRECTORY": directory.path.string]),
        ]
        for (place, environment) in places {
            let found = try await StemlabServer.transport(configuration(place), environment: environment)
            let resend = try #require(found as? Resend)
            #expect(resend.key == Secret(ResendDouble.apiKey) && resend.sender == "stems@example.com", "\(place)")
            #expect(resend.service.text == provider.web.origin)
        }
        let failure = await #expect(throws: Failure.self) {
            try await StemlabServer.transport(configuration("{from_credential: key}"), environment: [:])
        }
        #expect(failure?.code == .configInvalid)
        #expect(try await StemlabServer.transport(ServiceConfiguration(), environment: [:]) is Outbox)
        #expect(try Resend.standard().text == "https://api.resend.com")
    }
}
