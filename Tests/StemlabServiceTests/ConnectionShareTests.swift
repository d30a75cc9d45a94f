// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite(.timeLimit(.minutes(1))) struct ConnectionShareTests {
    private static let health = HealthRoute.make(Health(version: "1", model: "m", stems: [], formats: []))

    private static func settings(trusting ranges: [AddressRange] = []) -> WebSettings {
        var settings = WebSettings.forTests
        settings.connections = 64
        settings.proxies = TrustedProxies(ranges)
        return settings
    }

    /// Connections that are known to the server, since it has answered on each, and that stay open.
    private static func hold(_ count: Int, _ client: LoopbackClient) async throws -> [LoopbackClient.Connection] {
        var held: [LoopbackClient.Connection] = []
        for _ in 0..<count {
            let connection = try client.holdOpen(sending: Array("GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            let answer = await connection.receive(until: "}")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
            held.append(connection)
        }
        return held
    }

    @Test func `one address does not hold all connections, and has its share again when it lets go`() async throws {
        try await ServedRoutes.run([Self.health], Self.settings()) { client in
            try await {
                let held = try await Self.hold(16, client)
                let trouble = await #expect(throws: LoopbackClient.Trouble.self) {
                    try await client.ask("GET", "/v1/health")
                }
                #expect(trouble?.isClosed == true)
                withExtendedLifetime(held) {}
            }()
            // The server hears of the end of each a moment later.
            while true {
                do {
                    #expect(try await client.ask("GET", "/v1/health").status == 200)
                    return
                } catch is LoopbackClient.Trouble { continue }
            }
        }
    }

    @Test func `a trusted proxy has as many connections as there are`() async throws {
        let range = try #require(AddressRange("127.0.0.0/8"))
        try await ServedRoutes.run([Self.health], Self.settings(trusting: [range])) { client in
            let held = try await Self.hold(40, client)
            #expect(try await client.ask("GET", "/v1/health").status == 200)
            withExtendedLifetime(held) {}
        }
    }

    @Test func `shares go by customer, and nothing is kept of whoever has none`() throws {
        let shares = ConnectionShares(of: 160, proxies: TrustedProxies())
        let (one, neighbour) = (try #require(ClientAddress("2001:db8::1")), try #require(ClientAddress("2001:db8::2")))
        for _ in 0..<10 { #expect(shares.take(one) && shares.take(neighbour)) }
        #expect(!shares.take(one) && !shares.take(neighbour))
        #expect(shares.take(try #require(ClientAddress("2001:db8:0:1::1"))))
        for _ in 0..<10 {
            shares.giveBack(one)
            shares.giveBack(neighbour)
        }
        #expect(shares.count == 1)
    }
}
