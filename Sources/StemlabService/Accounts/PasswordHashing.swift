// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI

/// Where passwords are hashed: four at a time on threads of their own, with a line before them that has an end.
final class PasswordHashing: Sendable {
    private let cost: ScryptCost
    private let pool: BlockingPool
    private let line: Int
    private let nobody: PasswordHash

    /// - Parameter line: how many may wait; later requests are asked to come again.
    init(cost: ScryptCost = ScryptCost(), threads: Int = 4, line: Int = 64) {
        self.cost = cost
        self.line = line
        pool = BlockingPool(threads: threads)
        nobody = PasswordHash.ofNobody(cost)
    }

    /// - Throws: ``APIError``, `service.unavailable`, when the line is full.
    func hash(_ password: Secret) async throws -> String {
        let cost = cost
        try join()
        return try await pool.run { () throws(Failure) in try PasswordHash(password, cost).text }
    }

    /// What came of comparing.
    struct Verdict: Sendable {
        let isRight: Bool
        /// It was made at another cost than is asked now: to be hashed anew, while the password is known.
        let isOutdated: Bool
    }

    /// - Parameter stored: `nil`: there is no such account, which takes as long to find wrong.
    func check(_ password: Secret, against stored: String?) async throws -> Verdict {
        let known = stored.flatMap { PasswordHash($0) }
        let (cost, hash) = (cost, known ?? nobody)
        try join()
        return try await pool.run { () throws(Failure) in
            let matches = try hash.matches(password)
            return Verdict(isRight: matches && known != nil, isOutdated: hash.cost != cost)
        }
    }

    private func join() throws(APIError) {
        guard pool.waiting < line else {
            throw APIError(.serviceUnavailable, "too many are signing in at this moment", retryAfter: .seconds(5))
        }
    }
}
