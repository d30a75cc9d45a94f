// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// Over real TLS, with certificates of a private authority.
@Suite(.timeLimit(.minutes(1)))
struct HTTPClientTLSTests {
    let directory = TemporaryDirectory()

    private func ask(_ host: String, _ port: UInt16, trusting file: FilePath?) async throws(Failure) -> HTTPAnswer {
        let url: ServiceURL
        do { url = try ServiceURL("https://\(host):\(port)/hello") } catch { fatalError("\(error)") }
        var request = HTTPRequest(.get, url)
        request.caFile = file
        return try await HTTPClient.send(request)
    }

    @Test func `a certificate is checked against the authority that is named, or the system's`() async throws {
        let server = try await TLSDouble(in: directory.path, names: "DNS:localhost,IP:127.0.0.1")
        let authority = directory("ca.pem")
        try await server.running { port in
            let answer = try await ask("127.0.0.1", port, trusting: authority)
            #expect(answer.body == Array("hello".utf8))
            let failure = await #expect(throws: Failure.self) { try await ask("127.0.0.1", port, trusting: nil) }
            #expect(failure?.code == .networkUntrusted)
            #expect(failure?.remedy == .stop)
        }
    }

    @Test func `a certificate of another name is refused`() async throws {
        let server = try await TLSDouble(in: directory.path, names: "DNS:other.example.com")
        let authority = directory("ca.pem")
        try await server.running { port in
            let failure = await #expect(throws: Failure.self) { try await ask("127.0.0.1", port, trusting: authority) }
            #expect(failure?.code == .networkUntrusted)
        }
    }
}
