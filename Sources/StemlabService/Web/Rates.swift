// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// How often may be asked, by whom.
struct RateSettings: Hashable, Sendable {
    var address = RatePolicy(600, per: .seconds(60))
    var signin = RatePolicy(20, per: .seconds(60))
    var account = RatePolicy(300, per: .seconds(60))
}

/// Keeps ``RateSettings``, and announces how things stand (draft-ietf-httpapi-ratelimit-headers-10).
struct Rates: Sendable {
    private let address: RateLimiter<ClientAddress>
    private let signin: RateLimiter<ClientAddress>
    private let account: RateLimiter<String>

    init(_ settings: RateSettings) {
        address = RateLimiter(settings.address)
        signin = RateLimiter(settings.signin)
        account = RateLimiter(settings.account)
    }

    /// What was taken for one request.
    struct Tally: Sendable {
        private(set) var standings: [(name: String, policy: RatePolicy, standing: RateStanding)] = []

        fileprivate mutating func add(_ name: String, _ policy: RatePolicy, _ standing: RateStanding) throws(APIError) {
            standings.append((name, policy, standing))
            guard let wait = standing.wait else { return }
            throw APIError(
                .rateLimited, "\(policy.quota) requests in \(policy.seconds) s are taken (\(name))", retryAfter: wait)
        }

        func write(into headers: inout HTTPFields) {
            guard !standings.isEmpty else { return }
            headers[.rateLimit] = standings.map { entry in
                "\"\(entry.name)\";r=\(entry.standing.remaining);t=\(RetryAfter.ceiling(entry.standing.refill))"
            }.joined(separator: ", ")
            headers[.rateLimitPolicy] = standings.map { "\"\($0.name)\";q=\($0.policy.quota);w=\($0.policy.seconds)" }
                .joined(separator: ", ")
        }
    }

    func take(_ rate: Route.Rate, of client: ClientAddress, _ tally: inout Tally, now: ContinuousClock.Instant)
        throws(APIError)
    {
        if rate == .unlimited { return }
        try tally.add("address", address.policy, address.take(client.rateKey, now: now))
        if rate == .signingIn { try tally.add("signin", signin.policy, signin.take(client.rateKey, now: now)) }
    }

    func take(_ rate: Route.Rate, account id: String, _ tally: inout Tally, now: ContinuousClock.Instant)
        throws(APIError)
    {
        if rate == .unlimited { return }
        try tally.add("account", account.policy, account.take(id, now: now))
    }
}

extension HTTPField.Name {
    static let rateLimit = Self("RateLimit")!
    static let rateLimitPolicy = Self("RateLimit-Policy")!
    static let forwardedFor = Self("X-Forwarded-For")!
}
