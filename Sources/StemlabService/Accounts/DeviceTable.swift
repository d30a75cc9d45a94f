// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import GRDB
import Platform
import StemlabAPI

/// The rows of programs that wait to be approved (RFC 8628). Each call is part of its caller's transaction.
enum DeviceTable {
    static let life = Duration.seconds(15 * 60)
    static let interval = Duration.seconds(5)
    /// How long a token that was not used yet may be fetched again.
    static let refetch = Duration.seconds(10 * 60)

    /// What a person is shown of a program.
    struct Request: Sendable {
        let userCode: String
        let client: String
        let scopes: Set<Scope>
        /// Where it asked from.
        let address: String
        let isDecided: Bool

        init(_ row: Row) {
            userCode = row["user_code"]
            client = row["client"]
            scopes = Scopes.read(row["scopes"])
            address = row["address"]
            isDecided = (row["decision"] as String?) != nil
        }
    }

    /// - Returns: the short code.
    static func add(
        _ code: ServiceSecret, client: String, scopes: Set<Scope>, address: ClientAddress, at now: WallTime,
        in database: Database
    ) throws -> String {
        while true {
            let userCode = UserCode.make()
            try database.execute(
                sql: """
                    INSERT INTO device (digest, user_code, client, scopes, address, created_at, expires_at, interval_ms)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_code) DO NOTHING
                    """,
                arguments: [
                    Data(code.digest), userCode, client, Scopes.text(scopes), address.description, now.milliseconds,
                    now.advanced(by: life).milliseconds, milliseconds(interval),
                ])
            if database.changesCount == 1 { return userCode }
        }
    }

    static func find(_ userCode: String, at now: WallTime, in database: Database) throws -> Request? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM device WHERE user_code = ? AND expires_at > ?",
            arguments: [userCode, now.milliseconds]
        ).map(Request.init)
    }

    /// - Throws: ``APIError``: `device.unknown`, `device.decided`.
    static func decide(
        _ userCode: String, _ decision: DeviceDecision, by account: String, at now: WallTime,
        in database: Database
    ) throws {
        guard let request = try find(userCode, at: now, in: database) else {
            throw APIError(.deviceUnknown, "no program waits with this code, or it has waited for too long")
        }
        if request.isDecided { throw APIError(.deviceDecided, "this has been decided already") }
        try database.execute(
            sql: "UPDATE device SET decision = ?, account = ? WHERE user_code = ?",
            arguments: [decision.rawValue, account, userCode])
    }

    enum Outcome: Sendable {
        case token(DeviceToken)
        case refused(OAuthError)
    }

    /// Answers a program that asks whether it is approved.
    static func ask(_ code: ServiceSecret, client: String, at now: WallTime, in database: Database) throws -> Outcome {
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM device WHERE digest = ? AND client = ?",
                arguments: [Data(code.digest), client])
        else { return unknown }
        if let asked = row["asked_at"] as Int64?, now.milliseconds < asked + (row["interval_ms"] as Int64) {
            try database.execute(
                sql: "UPDATE device SET asked_at = ?, interval_ms = min(interval_ms + 5000, 60000) WHERE digest = ?",
                arguments: [now.milliseconds, Data(code.digest)])
            return .refused(
                OAuthError(
                    error: "slow_down", description: "ask less often, by five seconds more", code: "device.slow_down"))
        }
        try database.execute(
            sql: "UPDATE device SET asked_at = ? WHERE digest = ?", arguments: [now.milliseconds, Data(code.digest)])
        if (row["token"] as Int64?) == nil, (row["expires_at"] as Int64) <= now.milliseconds {
            return .refused(
                OAuthError(error: "expired_token", description: "nobody approved it in time", code: "device.expired"))
        }
        switch (row["decision"] as String?).flatMap(DeviceDecision.init) {
        case nil:
            return .refused(
                OAuthError(
                    error: "authorization_pending", description: "nobody has approved it yet", code: "device.pending"))
        case .deny:
            return .refused(OAuthError(error: "access_denied", description: "it was denied", code: "device.denied"))
        case .approve:
            guard let account = row["account"] as String? else { return unknown }
            return try issue(row, account, client, code, at: now, in: database)
        }
    }

    private static func issue(
        _ row: Row, _ account: String, _ client: String, _ code: ServiceSecret, at now: WallTime, in database: Database
    ) throws -> Outcome {
        let scopes = Scopes.read(row["scopes"])
        let number: Int64
        if let token = row["token"] as Int64? {
            // Its answer may have been lost: as long as it was not used, it is given anew.
            let isFresh = (row["issued_at"] as Int64? ?? 0) + milliseconds(refetch) > now.milliseconds
            let isUnused = try Bool.fetchOne(
                database, sql: "SELECT used_at IS NULL AND revoked_at IS NULL FROM token WHERE number = ?",
                arguments: [token])
            guard isFresh, isUnused == true else { return unknown }
            try TokenTable.endCredentials(of: token, mayReturn: false, at: now, in: database)
            number = token
        } else {
            number = try TokenTable.make(
                .device, of: account, name: client, scopes: scopes, expiresAt: nil, at: now, in: database
            ).number
            try database.execute(
                sql: "UPDATE device SET token = ?, issued_at = ? WHERE digest = ?",
                arguments: [number, now.milliseconds, Data(code.digest)])
        }
        let secret = try TokenTable.issue(.device, for: number, expiresAt: nil, in: database)
        return .token(DeviceToken(accessToken: secret.reveal(), scope: Scopes.text(scopes)))
    }

    private static let unknown = Outcome.refused(
        OAuthError(error: "invalid_grant", description: "the code is unknown, or was used", code: "device.unknown"))

    static func milliseconds(_ duration: Duration) -> Int64 { duration.components.seconds * 1000 }
}

/// The short code that a person enters: eight consonants, which make no words.
enum UserCode {
    private static let letters = Array("BCDFGHJKLMNPQRSTVWXZ")

    static func make() -> String {
        let letters = (0..<8).map { _ in Self.letters.randomElement() ?? "B" }
        return String(letters[..<4]) + "-" + String(letters[4...])
    }

    static let form = TextForm("a code such as WDJB-MJHT") { text in
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { $0.count == 4 && $0.allSatisfy(letters.contains) }
    }

    /// What a person typed, in good form: case, spaces and the hyphen are no difference. `nil`: it is none.
    static func read(_ typed: String) -> String? {
        let plain = typed.uppercased().filter { $0 != "-" && $0 != " " }
        guard plain.count == 8, plain.allSatisfy(letters.contains) else { return nil }
        return plain.prefix(4) + "-" + plain.suffix(4)
    }
}
