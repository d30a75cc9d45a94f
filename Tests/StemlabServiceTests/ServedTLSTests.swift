// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// The service over real TLS, with a certificate of a private authority.
@Suite(.timeLimit(.minutes(1))) struct ServedTLSTests {
    let directory = TemporaryDirectory()

    private func serve(
        names: String, _ body: @escaping @Sendable (_ port: Int, _ authority: FilePath) async throws -> Void
    ) async throws {
        _ = try await TLSDouble(in: directory.path, names: names)
        // As a configuration says it.
        let text = """
            public_url: https://localhost
            listen: {certificate: \(directory("server.pem")), key: \(directory("server.key")), port: 0}
            """
        let configuration = try ServiceConfiguration.read(Array(text.utf8), file: "stemlab.yaml", environment: [:])
        let health = HealthRoute.make(Health(version: "1", model: "m", stems: [], formats: []))
        let authority = directory("ca.pem")
        try await ServedRoutes.run([health], configuration.web) { try await body($0.port, authority) }
    }

    private static func ask(_ host: String, _ port: Int, trusting file: FilePath?) async throws -> HTTPAnswer {
        var request = HTTPRequest(.get, try ServiceURL("https://\(host):\(port)/v1/health"))
        request.caFile = file
        return try await HTTPClient.send(request)
    }

    @Test func `who trusts its authority is answered, and told to come by HTTPS only; nobody else asks`() async throws {
        try await serve(names: "DNS:localhost,IP:127.0.0.1") { port, authority in
            let answer = try await Self.ask("127.0.0.1", port, trusting: authority)
            #expect(answer.status == 200 && answer.headers["strict-transport-security"] != nil)
            let failure = await #expect(throws: Failure.self) { try await Self.ask("127.0.0.1", port, trusting: nil) }
            #expect(failure?.code == .networkUntrusted)
        }
    }

    @Test func `a certificate of another name is refused`() async throws {
        try await serve(names: "DNS:other.example.com") { port, authority in
            let failure = await #expect(throws: Failure.self) {
                try await Self.ask("127.0.0.1", port, trusting: authority)
            }
            #expect(failure?.code == .networkUntrusted)
        }
    }

    @Test func `plain HTTP on the same port is not answered`() async throws {
        try await serve(names: "DNS:localhost,IP:127.0.0.1") { port, _ in
            let trouble = await #expect(throws: LoopbackClient.Trouble.self) {
                try await LoopbackClient(port: port).ask("GET", "/v1/health")
            }
            #expect(trouble?.isClosed == true)
        }
    }
}
