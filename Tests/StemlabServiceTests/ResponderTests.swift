// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import HTTPTypes
import Logging
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

@Suite struct ResponderTests {
    private static let health = Health(version: "1", model: "masks-1", stems: ["vocals"], formats: ["wav"])

    @Test func `health is answered over a real socket`() async throws {
        try await ServedRoutes.run([HealthRoute.make(Self.health)]) { client in
            let answer = try await client.ask("GET", "/v1/health")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.headers["ratelimit"] == nil)
            #expect(try answer.json(Health.self) == Self.health)
        }
    }

    @Test func `what is not there is 404, and another method 405 with those there are`() async throws {
        try await ServedRoutes.run([HealthRoute.make(Self.health)]) { client in
            for path in ["/", "/v1", "/v1/health/", "/v1//health", "/v1/%68ealth", "/V1/health", "//v1/health"] {
                let answer = try await client.ask("GET", path)
                #expect(answer.status == 404, "\(path)")
                #expect(try answer.problem.code == "route.unknown")
                #expect(answer.headers["content-type"] == "application/problem+json")
            }
            for method in ["POST", "DELETE", "OPTIONS", "TRACE"] {
                let answer = try await client.ask(method, "/v1/health")
                #expect(answer.status == 405, "\(method)")
                #expect(answer.headers["allow"] == "GET")
                #expect(try answer.problem.code == "method.not_allowed")
            }
            // Without a body: what comes after it would be taken for the next answer.
            let head = try await client.ask("HEAD", "/v1/health")
            #expect(head.status == 405)
            #expect(head.body.isEmpty)
        }
    }

    @Test(arguments: [
        (ResultCode.SQLITE_FULL, 507, "storage.full"), (.SQLITE_IOERR_SHMSIZE, 507, "storage.full"),
        (.SQLITE_BUSY, 503, "service.unavailable"), (.SQLITE_LOCKED, 503, "service.unavailable"),
        (.SQLITE_CORRUPT, 500, "service.internal"),
    ])
    func `a database that is full or busy is no fault of the service`(error: ResultCode, status: Int, code: String)
        async throws
    {
        let route = Route("test", .get, "/test/database", .everybody) { _ in throw DatabaseError(resultCode: error) }
        try await ServedRoutes.run([route]) { client in
            let answer = try await client.ask("GET", "/test/database")
            #expect(answer.status == status)
            #expect(try answer.problem.code == code)
            #expect((answer.headers["retry-after"] != nil) == (status == 503))
        }
    }

    /// A route that tells what it was given.
    private static let echo = Route("echo", .post, "/test/echo/{word}", .token(.jobsWrite), body: .json) { request in
        let members = try request.members()
        let name = try members.text("name", .line("a name", 1...10))
        let count = try members.optionalInteger("count", 1...9)
        let page = try request.query.integer("limit", 1...100, default: 50)
        return try .json([
            "name": name, "count": count.map { String($0) } ?? "-", "limit": String(page),
            "word": request.parameters["word"] ?? "", "account": try request.principal.account,
        ])
    }

    private static let holders: @Sendable (Secret, WallTime) async throws -> Principal = { token, _ in
        switch token.reveal() {
        case "slm_write_0123456789": Principal(account: "acc_1", token: "tok_1", kind: .personal, scopes: [.jobsWrite])
        case "slm_read_00123456789": Principal(account: "acc_2", token: "tok_2", kind: .personal, scopes: [.jobsRead])
        default: throw APIError(.tokenInvalid, "it is unknown")
        }
    }

    private static let json = ("Content-Type", "application/json")
    private static let writer = ("Authorization", "Bearer slm_write_0123456789")

    @Test func `who waits with a body is told to send it, unless it is refused without`() async throws {
        try await ServedRoutes.run([Self.echo], authenticate: Self.holders) { client in
            func head(_ token: String, _ length: Int) -> [UInt8] {
                let fields = [
                    "POST /test/echo/a HTTP/1.1", "Host: a", "Connection: close", "Expect: 100-continue",
                    "Content-Type: application/json", "Authorization: Bearer \(token)", "Content-Length: \(length)",
                ]
                return Array((fields.joined(separator: "\r\n") + "\r\n\r\n").utf8)
            }
            // Nothing of the body is sent before.
            let waiting = try client.holdOpen(sending: head("slm_write_0123456789", 12))
            let word = await waiting.receive(until: "\r\n\r\n")
            #expect(word == "HTTP/1.1 100 Continue\r\n\r\n")
            waiting.send(Array(#"{"name":"b"}"#.utf8))
            let answer = await waiting.receive(until: "}")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await client.send(head("slm_none_0123456789", 12)).status == 401)
            #expect(try await client.send(head("slm_write_0123456789", 1_000_000)).status == 413)
        }
    }

    @Test func `what is asked for in vain counts for the rate of an address, too`() async throws {
        var settings = WebSettings.forTests
        settings.rates.address = RatePolicy(2, per: .seconds(60))
        try await ServedRoutes.run([Self.echo], settings, authenticate: Self.holders) { client in
            for (path, status) in [("/test/nothing", 404), ("/test/echo/a", 405), ("/test/nothing", 429)] {
                let answer = try await client.ask("GET", path)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `the checks come in the order of the document`() async throws {
        var settings = WebSettings.forTests
        settings.rates.address = RatePolicy(1000, per: .seconds(60))
        try await ServedRoutes.run([Self.echo], settings, authenticate: Self.holders) { client in
            let broken = Array("{".utf8)
            let huge = [UInt8](repeating: 32, count: 64 << 10 + 1)
            let cases: [(String, [(String, String)], [UInt8]?, Int, String)] = [
                ("no token before another media type", [], broken, 401, "token.missing"),
                ("a token of no form", [("Authorization", "Bearer é")], broken, 401, "token.invalid"),
                ("another scheme", [("Authorization", "Basic abc")], broken, 401, "token.invalid"),
                ("an unknown token", [("Authorization", "Bearer slm_none_0123456789")], broken, 401, "token.invalid"),
                (
                    "the scope before the media type", [("Authorization", "Bearer slm_read_00123456789")], broken, 403,
                    "token.scope"
                ),
                ("the media type before the length", [Self.writer], huge, 415, "media_type.unsupported"),
                ("the length before the content", [Self.writer, Self.json], huge, 413, "body.too_large"),
                ("the content", [Self.writer, Self.json], broken, 400, "request.malformed"),
            ]
            for (what, headers, body, status, code) in cases {
                let answer = try await client.ask("POST", "/test/echo/a", headers: headers, body: body)
                #expect(answer.status == status, "\(what)")
                #expect(try answer.problem.code == code, "\(what)")
                if status == 401 {
                    #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer ") == true, "\(what)")
                }
            }
        }
    }

    @Test(arguments: [
        (#"{"name":"Ada"}"#, "", nil as String?), (#"{"name":"Ada","count":3,"more":null}"#, "?limit=7&odd=1", nil),
        (#"{"name":"Ada","count":3.0}"#, "?limit=100", nil),
        ("[]", "", "/body"), ("", "", "/body"), (#"{"count":3}"#, "", "/body/name"), (#"{"name":7}"#, "", "/body/name"),
        (#"{"name":null}"#, "", "/body/name"), (#"{"name":""}"#, "", "/body/name"),
        ("{\"name\":\"a\\u0000\"}", "", "/body/name"),
        (#"{"name":"Ada","count":0}"#, "", "/body/count"), (#"{"name":"Ada","count":1.5}"#, "", "/body/count"),
        (#"{"name":"Ada","count":"3"}"#, "", "/body/count"), (#"{"name":"Ada","count":1e300}"#, "", "/body/count"),
        (#"{"name":"Ada"}"#, "?limit=0", "/query/limit"), (#"{"name":"Ada"}"#, "?limit=x", "/query/limit"),
        (#"{"name":"Ada"}"#, "?limit=", "/query/limit"), (#"{"name":"Ada"}"#, "?limit=%zz", "/query"),
        (#"{"name":"Ada"}"#, "?limit=%ff", "/query"),
    ])
    func `a request that breaks the document is told where`(body: String, query: String, pointer: String?) async throws
    {
        try await ServedRoutes.run([Self.echo], authenticate: Self.holders) { client in
            let answer = try await client.ask(
                "POST", "/test/echo/a\(query)", headers: [Self.writer, Self.json], body: Array(body.utf8))
            #expect(answer.status == (pointer == nil ? 200 : 400))
            if let pointer { #expect(try answer.problem.pointer == pointer) }
        }
    }

    @Test func `rates are announced, kept, and told with how long to wait`() async throws {
        var settings = WebSettings.forTests
        settings.rates.address = RatePolicy(3, per: .seconds(3600))
        settings.rates.account = RatePolicy(2, per: .seconds(3600))
        try await ServedRoutes.run([Self.echo], settings, authenticate: Self.holders) { client in
            var answers: [LoopbackClient.Response] = []
            for _ in 0..<4 {
                answers.append(
                    try await client.ask(
                        "POST", "/test/echo/a", headers: [Self.writer, Self.json], body: Array(#"{"name":"Ada"}"#.utf8))
                )
            }
            #expect(answers.map(\.status) == [200, 200, 429, 429])
            #expect(answers[0].headers["ratelimit-policy"] == #""address";q=3;w=3600, "account";q=2;w=3600"#)
            #expect(answers[0].headers["ratelimit"]?.hasPrefix(#""address";r=2;t=1200, "account";r=1;t=1800"#) == true)
            #expect(answers[2].headers["ratelimit"]?.contains(#""account";r=0;"#) == true)
            #expect(answers[3].headers["ratelimit"]?.hasPrefix(#""address";r=0;"#) == true)
            for answer in answers.suffix(2) {
                #expect(try answer.problem.code == "rate.limited")
                let wait = try #require(answer.headers["retry-after"].flatMap { Int($0) })
                #expect((1...1800).contains(wait))
            }
        }
    }

    @Test func `what fails is 500 without its reason`() async throws {
        struct Bad: Error { let secret = "hunter2" }
        let route = Route("bad", .get, "/test/bad", .everybody) { _ in throw Bad() }
        try await ServedRoutes.run([route]) { client in
            let answer = try await client.ask("GET", "/test/bad")
            #expect(answer.status == 500)
            #expect(try answer.problem.code == "service.internal")
            #expect(!answer.text.contains("hunter2") && !answer.text.contains("Bad"))
        }
    }

    @Test func `headers beyond 16 KiB are not read`() async throws {
        try await ServedRoutes.run([HealthRoute.make(Self.health)]) { client in
            let answer = try await client.ask(
                "GET", "/v1/health", headers: [("X-Long", String(repeating: "a", count: 17 << 10))])
            #expect(answer.status == 400)
        }
    }

    @Test func `plain HTTP is for loopback, unless it is meant`() throws {
        var settings = WebSettings.forTests
        func server() throws {
            _ = try WebServer(
                settings, routes: [], authenticate: Self.holders, failure: { Store.failure($0, $1) },
                log: .init(label: "test")
            ) { _ in }
        }
        for host in ["127.0.0.1", "127.8.8.8", "::1"] {
            settings.host = host
            #expect(throws: Never.self) { try server() }
        }
        for host in ["0.0.0.0", "::", "192.0.2.1", "localhost"] {
            settings.host = host
            #expect(throws: Failure.self) { try server() }
        }
        settings.insecure = true
        #expect(throws: Never.self) { try server() }
    }
}
