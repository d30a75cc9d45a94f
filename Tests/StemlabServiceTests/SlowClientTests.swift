// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct SlowClientTests {
    private static var impatient: WebSettings {
        var settings = WebSettings.forTests
        settings.patience = .seconds(1)
        return settings
    }

    private static let health = HealthRoute.make(Health(version: "1", model: "m", stems: [], formats: []))

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "", "GET /v1/health HTTP/1.1\r\nHost: a",
            "POST /test/read HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
        ])
    func `whoever sends too slowly is not waited for`(start: String) async throws {
        let read = Route("read", .post, "/test/read", .everybody, body: .json) { _ in .done }
        try await ServedRoutes.run([Self.health, read], Self.impatient) { client in
            // Closed without an answer: there was no whole question.
            let trouble = await #expect(throws: LoopbackClient.Trouble.self) {
                try await client.send(Array(start.utf8))
            }
            #expect(trouble?.isClosed == true)
            let other = try await client.ask("GET", "/v1/health")
            #expect(other.status == 200)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `whoever does not read an answer is not waited for`() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let flood = Route("flood", .get, "/test/flood", .everybody) { _ in
            ServiceResponse(
                .ok,
                body: ResponseBody { writer in
                    defer { end.finish() }
                    while true { try await writer.write(ByteBuffer(repeating: 0, count: 1 << 20)) }
                })
        }
        try await ServedRoutes.run([flood], Self.impatient) { client in
            let connection = try client.holdOpen(sending: Array("GET /test/flood HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            for await _ in ends {}
            withExtendedLifetime(connection) {}
        }
    }
}
