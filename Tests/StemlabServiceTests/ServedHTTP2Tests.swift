// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Platform
import ServiceLifecycle
import StemlabAPI
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// HTTP/2 over real TLS: spoken with whoever offers it, and bounded for whoever abuses it.
@Suite(.timeLimit(.minutes(1))) struct ServedHTTP2Tests {
    let directory = TemporaryDirectory()

    private static let routes = [
        HealthRoute.make(Health(version: "1", model: "m", stems: [], formats: [])),
        Route("read", .post, "/test/read", .everybody, body: .json) { _ in .done },
        Route("take", .put, "/test/take", .everybody, body: .stream) { request in
            var count = 0
            for try await piece in request.stream { count += piece.readableBytes }
            return try .json(["count": count])
        },
        Route("refuse", .put, "/test/refuse", .everybody, body: .stream) { _ in
            throw APIError(.bodyTooLarge, "nobody wants that much")
        },
        Route("flood", .get, "/test/flood", .everybody) { _ in
            ServiceResponse(
                .ok,
                body: ResponseBody { writer in
                    while true { try await writer.write(ByteBuffer(repeating: 0, count: 1 << 20)) }
                })
        },
    ]

    /// Enough for a handshake on a machine that is busy with other tests.
    private static let short = Duration.seconds(3)

    private func serve(
        patience: Duration = .seconds(300),
        _ body: @escaping @Sendable (_ port: Int, _ authority: FilePath) async throws -> Void
    ) async throws {
        _ = try await TLSDouble(in: directory.path, names: "DNS:localhost,IP:127.0.0.1")
        var settings = WebSettings.forTests
        settings.certificate = .init(chain: directory("server.pem"), key: directory("server.key"))
        settings.patience = patience
        let authority = directory("ca.pem")
        try await ServedRoutes.run(Self.routes, settings) { try await body($0.port, authority) }
    }

    @Test func `it is spoken with the daemon's client, and HTTP/1.1 with whoever does not offer it`() async throws {
        let directory = directory
        try await serve { port, authority in
            var request = Platform.HTTPRequest(.get, try ServiceURL("https://127.0.0.1:\(port)/v1/health"))
            request.caFile = authority
            let answer = try await HTTPClient.send(request)
            #expect(answer.status == 200 && answer.isHTTP2)
            #expect(answer.headers["strict-transport-security"] != nil && answer.headers["connection"] == nil)

            let question = "GET /v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            try directory("question").write(question)
            for offer in ["", "-alpn http/1.1"] {
                try await Shell.run(
                    """
                    openssl s_client -quiet -verify_return_error -CAfile ca.pem \(offer) -connect 127.0.0.1:\(port) \
                        <question >answer 2>/dev/null
                    """, in: directory.path
                ).requireSuccess()
                let answer = String(decoding: try directory("answer").bytes(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("}"), "\(offer): \(answer)")
            }
        }
    }

    @Test func `a refused upload is not listened to, and the next goes over the same connection`() async throws {
        let directory = directory
        let size = 64 << 20
        try directory("song").write([UInt8](repeating: 7, count: size))
        try await serve { port, authority in
            let file = try FileDescriptor.open(directory("song"), .readOnly, options: [.closeOnExec])
            defer { #expect(throws: Never.self) { try file.close() } }
            for (path, status) in [("refuse", 413), ("refuse", 413), ("take", 200)] {
                let content = UploadContent([.range(offset: 0, count: Int64(size))])
                var request = Platform.HTTPRequest(.put, try ServiceURL("https://127.0.0.1:\(port)/test/\(path)"))
                request.caFile = authority
                request.body = .upload(try UploadBody(content, of: file, digest: content.digest(of: file)))
                let answer = try await HTTPClient.send(request)
                #expect(answer.status == status && answer.isHTTP2)
                if status == 200 { #expect(try JSONValue(parsing: answer.body)["count"]?.int == Int64(size)) }
            }
        }
    }

    @Test func `an upload that is refused is answered before it comes, and its stream ended as nothing wrong`()
        async throws
    {
        try await serve(patience: Self.short) { port, authority in
            let head = RawHTTP2.head("PUT", "/test/refuse", more: [("content-length", "200000000")])
            let heard = try await RawHTTP2.talk(
                to: port, trusting: authority,
                RawHTTP2.hello() + RawHTTP2.frame(.head, head, stream: 1, flags: 0x4))
            let kinds = heard.filter { $0.stream == 1 }.map(\.kind)
            #expect(kinds.first == .head && kinds.contains(.data), "\(heard)")
            #expect(heard.first { $0.kind == .reset }?.code == 0, "\(heard)")
        }
    }

    /// What a client does that means no good, or is broken.
    enum Mischief: String, CaseIterable {
        case resets, pings, manyStreams, moreThanTold, longHead, endlessHead, emptyData, noStream

        var said: [UInt8] {
            typealias Raw = RawHTTP2
            let streams = (0..<101).map { UInt32(2 * $0 + 1) }
            return switch self {
            case .resets:
                Raw.hello()
                    + streams.flatMap {
                        Raw.request($0, "GET", "/v1/health", ends: true)
                            + Raw.frame(.reset, [0, 0, 0, 8], stream: $0)
                    }
            case .pings: Raw.hello() + (0..<300).flatMap { _ in Raw.frame(.ping, .init(repeating: 0, count: 8)) }
            // Before the client has heard how many it may have.
            case .manyStreams: Raw.hello() + streams.flatMap { Raw.request($0, "POST", "/test/read", ends: false) }
            case .moreThanTold:
                Raw.hello() + Raw.frame(.settings, flags: 0x1)
                    + streams.prefix(17).flatMap { Raw.request($0, "POST", "/test/read", ends: false) }
            case .longHead:
                Raw.hello() + Raw.frame(.settings, flags: 0x1)
                    + Raw.frame(
                        .head, Raw.head("GET", "/v1/health", more: [("a", .init(repeating: "a", count: 12_000))]),
                        stream: 1, flags: 0x1)
                    + Raw.frame(
                        .more, Raw.fields([("b", .init(repeating: "b", count: 12_000))]), stream: 1, flags: 0x4)
            case .endlessHead:
                Raw.hello() + Raw.frame(.head, Raw.head("GET", "/v1/health"), stream: 1)
                    + (0..<20).flatMap { _ in Raw.frame(.more, [], stream: 1) }
            case .emptyData:
                Raw.hello() + Raw.request(1, "POST", "/test/read", ends: false)
                    + (0..<20).flatMap { _ in Raw.frame(.data, stream: 1) }
            case .noStream: Raw.hello() + Raw.frame(.data, [0], stream: 0)
            }
        }

        /// Whether it is one of too much, rather than a mistake.
        var isFlood: Bool { [.resets, .pings, .emptyData].contains(self) }
    }

    /// Patience ends this long after the test does.
    @Test(arguments: Mischief.allCases)
    func `whoever asks for too much, or breaks the protocol, loses the connection`(mischief: Mischief) async throws {
        try await serve { port, authority in
            let heard = try await RawHTTP2.talk(to: port, trusting: authority, mischief.said)
            let last = heard.last { $0.kind == .goAway }
            #expect(last?.code != 0, "\(heard)")
            if mischief.isFlood { #expect(last?.code == RawHTTP2.calmDown, "\(heard)") }
            // Nobody else suffers.
            var request = Platform.HTTPRequest(.get, try ServiceURL("https://127.0.0.1:\(port)/v1/health"))
            request.caFile = authority
            #expect(try await HTTPClient.send(request).status == 200)
        }
    }

    @Test(arguments: [[], RawHTTP2.hello()])
    func `whoever asks nothing is not waited for`(said: [UInt8]) async throws {
        try await serve(patience: Self.short) { port, authority in
            let heard = try await RawHTTP2.talk(to: port, trusting: authority, said)
            #expect(heard.contains { $0.kind == .goAway && $0.code == 0 }, "\(heard)")
        }
    }

    @Test func `whoever does not finish the handshake is not waited for`() async throws {
        try await serve(patience: Self.short) { port, _ in
            // Nothing, and the beginning of a TLS record.
            for said: [UInt8] in [[], [0x16, 0x03, 0x01, 0x02, 0x00]] {
                let trouble = await #expect(throws: LoopbackClient.Trouble.self) {
                    try await LoopbackClient(port: port).send(said)
                }
                #expect(trouble?.isClosed == true)
            }
        }
    }

    @Test func `a service that is stopped does not wait for a connection on which nothing is asked`() async throws {
        _ = try await TLSDouble(in: directory.path, names: "DNS:localhost,IP:127.0.0.1")
        var settings = WebSettings.forTests
        settings.certificate = .init(chain: directory("server.pem"), key: directory("server.key"))
        settings.patience = .seconds(300)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try WebServer(
            settings, routes: Self.routes, authenticate: { _, _ in throw APIError(.tokenInvalid, "nobody has one") },
            failure: { Store.failure($0, $1) }, log: log
        ) { port.yield($0) }
        let group = ServiceGroup(services: [server], logger: log)
        async let running: Void = group.run()
        let number = await ports.first { _ in true } ?? 0
        var request = Platform.HTTPRequest(.get, try ServiceURL("https://127.0.0.1:\(number)/v1/health"))
        request.caFile = directory("ca.pem")
        // This one never begins its handshake; it was accepted before the next.
        let silent = try LoopbackClient(port: number).holdOpen(sending: [])
        defer { withExtendedLifetime(silent) {} }
        // The connection is kept for the next request.
        #expect(try await HTTPClient.send(request).isHTTP2)
        await group.triggerGracefulShutdown()
        try await running
    }

    @Test(arguments: ["slow body", "slow reader"])
    func `whoever sends a body or reads an answer too slowly loses the stream`(kind: String) async throws {
        try await serve(patience: Self.short) { port, authority in
            let said =
                kind == "slow body"
                ? RawHTTP2.hello()
                    + RawHTTP2.frame(
                        .head, RawHTTP2.head("POST", "/test/read", more: [("content-type", "application/json")]),
                        stream: 1, flags: 0x4) + RawHTTP2.frame(.data, [0x7B], stream: 1)
                : RawHTTP2.hello(window: 0) + RawHTTP2.request(1, "GET", "/test/flood", ends: true)
            let heard = try await RawHTTP2.talk(to: port, trusting: authority, said)
            #expect(heard.contains { $0.kind == .reset && $0.stream == 1 }, "\(heard)")
        }
    }
}
