// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Crypto
import Logging
import Platform
import StemlabAPI
import SystemPackage
import TestKit

@testable import StemlabService

/// The part of the service that separates, behind a real server on loopback, with two accounts whose tokens are their
/// names.
struct ServiceScene: Sendable {
    let accounts: AccountScene
    let client: LoopbackClient

    static let adasToken = "slm_ada_000000000000000"
    static let bobsToken = "slm_bob_000000000000000"

    static func run(
        compute: any Compute = InstantCompute(),
        configuring change: (inout ServiceConfiguration) -> Void = { _ in },
        accounts: AccountScene? = nil, log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ body: @escaping @Sendable (ServiceScene) async throws -> Void
    ) async throws {
        let accounts = try accounts ?? AccountScene()
        let parts = try await SeparationService(
            .forTests(in: accounts.directory, change), store: accounts.store, compute: compute, log: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await parts.run() }
            group.addTask {
                try await ServedRoutes.run(parts.routes, authenticate: authenticate) { client in
                    try await body(ServiceScene(accounts: accounts, client: client))
                }
            }
            defer { group.cancelAll() }
            // The workers end only by being cancelled.
            try await group.next()
        }
    }

    @Sendable private static func authenticate(_ token: Secret, _ now: WallTime) async throws -> Principal {
        let account =
            switch token.reveal() {
            case adasToken: AccountScene.ada
            case bobsToken: AccountScene.bob
            default: throw APIError(.tokenInvalid, "no such token")
            }
        return Principal(account: account, token: "tok", kind: .personal, scopes: [.jobsRead, .jobsWrite])
    }

    /// Asks with a token.
    func ask(
        _ method: String, _ path: String, as token: String = adasToken, headers: [(String, String)] = [],
        json: String? = nil
    ) async throws -> LoopbackClient.Response {
        var headers = headers + [("Authorization", "Bearer \(token)")]
        if json != nil { headers.append(("Content-Type", "application/json")) }
        return try await client.ask(method, path, headers: headers, body: json.map { Array($0.utf8) })
    }

    func ticket(_ bytes: [UInt8], as token: String = adasToken) async throws -> LoopbackClient.Response {
        let digest = Hexadecimal.text(of: SHA256.hash(data: bytes))
        return try await ask(
            "POST", "/v1/uploads", as: token, json: #"{"bytes":\#(bytes.count),"sha256":"\#(digest)"}"#)
    }

    /// Sends it whole, and has it checked.
    func upload(_ bytes: [UInt8]) async throws -> Upload {
        let ticket = try await ticket(bytes).json(Upload.self)
        if let url = ticket.url { _ = try await client.ask("PUT", url, body: bytes) }
        return try await ask("POST", "/v1/uploads/\(ticket.id)/complete").json(Upload.self)
    }

    func create(
        _ upload: String, milliseconds: Int64 = 1000, key: String = "key-0001", more: String = ""
    ) async throws -> LoopbackClient.Response {
        try await ask(
            "POST", "/v1/jobs", headers: [("Idempotency-Key", key)],
            json: #"{"upload":"\#(upload)","duration_ms":\#(milliseconds)\#(more)}"#)
    }

    /// How a job stands when it is over.
    func outcome(of job: String) async throws -> Job {
        while true {
            let found = try await ask("GET", "/v1/jobs/\(job)?wait=8").json(Job.self)
            if found.state.isOver { return found }
        }
    }

    func minutes() async throws -> Minutes { try await ask("GET", "/v1/minutes").json(Minutes.self) }
}

extension ServiceConfiguration {
    static func forTests(
        in directory: TemporaryDirectory, _ change: (inout ServiceConfiguration) -> Void = { _ in }
    ) -> Self {
        var configuration = ServiceConfiguration()
        configuration.stateDirectory = directory.path
        configuration.publicURL = AccountsScene.publicURL
        change(&configuration)
        return configuration
    }
}

/// Makes stems of a few bytes at once, and says that all of the audio was decoded.
struct InstantCompute: Compute {
    let model = "instant"
    let stems = StemName.standard
    /// What it says instead, if anything.
    var outcome: ComputeOutcome?
    /// Work waits here first.
    var latch: Latch?

    func separate(
        _ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome {
        progress(0.5)
        try await latch?.pass()
        if let outcome { return outcome }
        for stem in work.stems { try work.path(of: stem).write("the \(stem) of a song") }
        return .separated(work.limit)
    }
}

/// Holds work back until it is opened, and tells how much has come.
final class Latch: Sendable {
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation
    private let way: AsyncStream<Void>
    private let opening: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrived) = AsyncStream.makeStream()
        (way, opening) = AsyncStream.makeStream()
    }

    func pass() async throws {
        arrived.yield()
        for await _ in way { break }
        try Task.checkCancellation()
    }

    /// Returns once somebody has come since the last call.
    func arrival() async { for await _ in arrivals { break } }
    func open() { opening.finish() }
}
