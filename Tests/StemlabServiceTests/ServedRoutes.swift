// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform
import StemlabAPI
import TestKit

@testable import StemlabService

/// Routes behind a real server on a free port of loopback, for as long as a body runs. What a test makes up stands
/// below `/test/`: the rest is held against the API's document by `scripts/test-api`.
enum ServedRoutes {
    static func run<T: Sendable>(
        _ routes: [Route], _ settings: WebSettings = .forTests,
        authenticate: @escaping @Sendable (Secret, WallTime) async throws -> Principal = { _, _ in
            throw APIError(.tokenInvalid, "nobody has one")
        },
        log: Logger = .init(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ body: @escaping @Sendable (LoopbackClient) async throws -> T
    ) async throws -> T {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = try WebServer(
            settings, routes: routes, authenticate: authenticate, failure: { Store.failure($0, $1) }, log: log
        ) {
            port.yield($0)
            port.finish()
        }
        return try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            group.addTask {
                guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
                return try await body(LoopbackClient(port: port))
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}

extension WebSettings {
    /// Loopback, any free port, and rates that no test meets by accident.
    static var forTests: WebSettings {
        var settings = WebSettings()
        settings.port = 0
        settings.rates.address = RatePolicy(1_000_000, per: .seconds(60))
        settings.rates.signin = RatePolicy(1_000_000, per: .seconds(60))
        settings.rates.account = RatePolicy(1_000_000, per: .seconds(60))
        return settings
    }
}

extension Principal {
    /// Somebody who is let in for ever.
    init(account: String, token: String, kind: Token.Kind, scopes: Set<Scope>) {
        self.init(account: account, token: token, kind: kind, scopes: scopes) { _, _ in }
    }
}

extension LoopbackClient.Response {
    /// The body as a problem document.
    var problem: Problem {
        get throws { try WireCoding.value(Problem.self, from: body) }
    }

    func json<Value: Decodable>(_ type: Value.Type) throws -> Value { try WireCoding.value(type, from: body) }
}
