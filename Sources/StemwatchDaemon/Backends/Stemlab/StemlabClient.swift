// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import StemlabAPI
import Synchronization
import SystemPackage

/// Speaks the service's API: every request goes through here, measured by one governor.
final class StemlabClient: Sendable {
    let service: ServiceURL
    private let caFile: FilePath?
    private let governor = Mutex(RequestGovernor(now: .now))

    /// A wait that is longer is the engine's to keep, not a thread of work's.
    private static let patience: Duration = .seconds(30)

    init(_ service: ServiceURL, caFile: FilePath?) {
        self.service = service
        self.caFile = caFile
    }

    enum Content {
        case none
        case json(any Encodable)
        /// JSON that was written before: sent as it was.
        case text(String)
        case form([(String, String)])
    }

    /// Asks below the API's address.
    /// - Parameters:
    ///   - token: whom it is asked for; `nil`: nobody.
    ///   - overall: bounds the whole exchange.
    /// - Returns: an answer of any status but 429.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ content: Content = .none, token: Secret?,
        headers: [(String, String)] = [], overall: Duration = .seconds(60)
    ) async throws(Failure) -> HTTPAnswer {
        var request = HTTPRequest(method, try endpoint(path))
        request.headers = headers.map { ($0.0, Secret($0.1)) }
        if let token { request.headers.append(("Authorization", Secret("Bearer " + token.reveal()))) }
        switch content {
        case .none: break
        case .json(let value): request.body = .bytes(try Self.bytes(value), type: "application/json")
        case .text(let text): request.body = .bytes(Array(text.utf8), type: "application/json")
        case .form(let fields):
            let pairs = fields.map { "\(PercentCoding.encode($0.0.utf8))=\(PercentCoding.encode($0.1.utf8))" }
            let text = pairs.joined(separator: "&")
            request.body = .bytes(Array(text.utf8), type: "application/x-www-form-urlencoded")
        }
        // Nothing moves while the service waits with us.
        request.limits.stall = nil
        request.limits.overall = overall
        return try await send(request)
    }

    /// Sends a request of any kind, when the governor allows it.
    func send(_ request: HTTPRequest) async throws(Failure) -> HTTPAnswer {
        var request = request
        request.caFile = caFile
        request.set("User-Agent", "stemwatch/\(ProgramVersion.text)")
        try await waitForTurn()
        let answer = try await HTTPClient.send(request)
        let refusal = StemlabRefusal(answer, from: service, now: .now)
        governor.withLock { governor in
            let now = ContinuousClock.now
            governor.heard(answer.headers["ratelimit"].map(HTTPTiming.quotas) ?? [], now: now)
            if answer.status == 429 { governor.close(for: refusal.retryAfter ?? .seconds(10), now: now) }
        }
        if answer.status == 429 { throw refusal.failure }
        return answer
    }

    private func waitForTurn() async throws(Failure) {
        while let wait = governor.withLock({ $0.take(now: .now) }) {
            guard wait <= Self.patience else {
                throw Failure(
                    .rateLimited, "\(service) wants to be left alone for \(wait.spoken)", remedy: .retry(after: wait))
            }
            do { try await Task.sleep(for: wait) } catch {
                throw Failure(.jobCancelled, "the request was stopped", remedy: .retry(after: nil))
            }
        }
    }

    /// A request's body. The ledger keeps it: it is the same for the same values.
    static func bytes(_ value: some Encodable) throws(Failure) -> [UInt8] {
        do { return try WireCoding.bytes(value) } catch {
            throw Failure(.systemInternal, "a request cannot be written as JSON: \(error)", remedy: .stop)
        }
    }

    private func endpoint(_ path: String) throws(Failure) -> ServiceURL {
        do throws(ServiceURL.Rejection) { return try service.appending(path) } catch {
            throw Failure(.systemInternal, "\(Printable(path, limit: 200)) is no path", remedy: .stop)
        }
    }

    /// What the service refuses, as a failure.
    func refusal(_ answer: HTTPAnswer) -> StemlabRefusal { StemlabRefusal(answer, from: service, now: .now) }

    func nonsense(_ what: String) -> Failure {
        Failure(
            .networkProtocol, "\(service) answers with \(what)", hint: "is it a stemlab?", remedy: .retry(after: nil))
    }
}
