// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Signing in and out.
@Suite(.timeLimit(.minutes(1)))
struct StemlabAccessTests {
    private let service = StemlabDouble()

    private var access: StemlabAccess {
        get throws { StemlabAccess(try ServiceURL(service.origin)) }
    }

    @Test func `a person's approval is polled for, no more often than the service allows`() async throws {
        let access = try access
        service.setTokens([])
        let invitation = try await access.invite()
        #expect(invitation.userCode == "WDJB-MJHT")
        #expect(invitation.address == "\(service.origin)/device")
        let clock = ManualClock()
        let start = clock.now
        let token = Task { try await access.token(for: invitation, clock: clock) }
        func expectPoll(_ answer: WebDouble.Fault? = nil, after seconds: Int64, since: Int64) async {
            await clock.sleeper(until: start + .seconds(since + seconds))
            if let answer { service.web.plan(answer) }
            clock.advance(by: .seconds(seconds))
        }
        await expectPoll(after: 5, since: 0)
        let slower = WebDouble.Response(
            400, headers: [("Content-Type", "application/json")],
            Array(#"{"error":"slow_down","error_description":"x","code":"device.slow_down"}"#.utf8))
        await expectPoll(.answer(slower), after: 5, since: 5)
        await expectPoll(.answer(WebDouble.Response(502)), after: 10, since: 10)
        await clock.sleeper(until: start + .seconds(40))
        service.decide(true)
        clock.advance(by: .seconds(20))
        #expect(try await token.value.reveal() == StemlabDouble.token)
        #expect(service.web.requests.count { $0.path == "/v1/device/token" } == 4)
        #expect(service.violations == [])
    }

    @Test func `a person's refusal ends the sign-in`() async throws {
        let access = try access
        service.decide(false)
        let invitation = try await access.invite()
        let clock = ManualClock()
        let token = Task { try await access.token(for: invitation, clock: clock) }
        await clock.sleeper(until: clock.now + .seconds(5))
        clock.advance(by: .seconds(5))
        let failure = await #expect(throws: Failure.self) { try await token.value }
        #expect(failure?.code == .backendUnauthorized)
    }

    @Test func `with a password a token is made that needs none, and the session ends`() async throws {
        service.setTokens([])
        let token = try await access.token(
            email: StemlabDouble.email, password: Secret(StemlabDouble.password), name: "stemwatch")
        #expect(service.tokens == [token.reveal()])
        #expect(service.web.requests.last?.target == "/v1/sessions/current")
        #expect(try await access.minutes(token).availableMilliseconds == 3_600_000)
        try await access.revoke(token)
        #expect(service.tokens.isEmpty)
        try await access.revoke(token)
        let wrong = await #expect(throws: Failure.self) {
            try await access.token(email: StemlabDouble.email, password: Secret("not the password"), name: "stemwatch")
        }
        #expect(wrong?.code == .backendUnauthorized)
        #expect(wrong.map { "\($0)".contains("not the password") } == false)
        #expect(service.violations == [])
    }

    @Test func `the only service of a configuration needs no name, and its token is where the backend looks`() throws {
        var configuration = Configuration(stateDirectory: "/var/lib/stemwatch", folders: [])
        let none = #expect(throws: Failure.self) { try StemlabPlace(nil, in: configuration) }
        #expect(none?.code == .usageInvalid)
        let settings = StemlabSettings(url: try ServiceURL("https://stems.example.com:8443/api"))
        let name = BackendName(rawValue: "studio")
        configuration.backends[name] = BackendSettings(name: name, kind: .stemlab(settings))
        for address in [nil, "https://stems.example.com:8443/api"] {
            let place = try StemlabPlace(address, in: configuration)
            #expect(place.tokenFile == settings.tokenFile(stateDirectory: "/var/lib/stemwatch"))
            #expect(place.tokenFile == "/var/lib/stemwatch/tokens/stems.example.com_8443_api")
            #expect(place.backends == [name])
            #expect(place.missing(caFile: nil) == nil)
        }
        let other = try StemlabPlace("https://other.example.com", in: configuration)
        let lacking = other.missing(caFile: "/etc/studio ca.pem")
        #expect(lacking?.hasSuffix("url: https://other.example.com\n    ca_file: \"/etc/studio ca.pem\"") == true)
        for address in ["http://stems.example.com", "stems.example.com", "https://me:secret@stems.example.com"] {
            let failure = #expect(throws: Failure.self) { try StemlabPlace(address, in: configuration) }
            #expect(failure?.code == .usageInvalid)
        }
    }
}
