// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/tokens`.
struct TokenRoutes: Sendable {
    let store: Store

    var routes: [Route] {
        [
            Route("listTokens", .get, "/v1/tokens", .token(.account), handle: list),
            Route("createToken", .post, "/v1/tokens", .token(.account), body: .json, handle: create),
            Route("revokeToken", .delete, "/v1/tokens/{token_id}", .token(.account), handle: revoke),
        ]
    }

    @Sendable private func list(_ request: APIRequest) async throws -> ServiceResponse {
        let (holder, paging, now) = (try request.principal, try Paging(request.query), request.now)
        let found = try await store.read(for: holder) { database in
            try TokenTable.page(of: holder.account, before: paging.before, limit: paging.asked, at: now, in: database)
        }
        let (shown, next) = paging.page(found) { $0.number }
        return try .json(TokenPage(tokens: shown.map { $0.wire(current: holder.token) }, next: next))
    }

    @Sendable private func create(_ request: APIRequest) async throws -> ServiceResponse {
        let members = try request.members()
        let name = try members.text("name", InputForms.label)
        let words = try members.list("scopes", 1...3, TextForm("a scope") { Scope(rawValue: $0) != nil })
        let days = try members.optionalInteger("expires_in_days", 1...3650)
        let (holder, now) = (try request.principal, request.now)
        let scopes = Set(words.compactMap { Scope(rawValue: $0) })
        guard scopes.isSubset(of: holder.scopes) else {
            throw APIError(.tokenScope, "a token cannot allow more than the one it is asked with")
        }
        let (token, secret) = try await store.write(for: holder) { database in
            let count = try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM token WHERE account = ? AND kind = 'personal' AND revoked_at IS NULL
                        AND (expires_at IS NULL OR expires_at > ?)
                    """, arguments: [holder.account, now.milliseconds])
            if let count, count >= TokenTable.mostPersonal {
                throw APIError(
                    .limitsTokens, "an account has at most \(TokenTable.mostPersonal) personal tokens"
                ) { $0.limit = Int64(TokenTable.mostPersonal) }
            }
            let end = days.map { now.advanced(by: .seconds($0 * 86_400)) }
            let token = try TokenTable.make(
                .personal, of: holder.account, name: name, scopes: scopes, expiresAt: end, at: now, in: database)
            return (token, try TokenTable.issue(.personal, for: token.number, expiresAt: end, in: database))
        }
        return try .json(
            NewToken(token: token.wire(current: holder.token), secret: secret.reveal()), status: .created)
    }

    @Sendable private func revoke(_ request: APIRequest) async throws -> ServiceResponse {
        let id = try request.identifier("token_id", .token)
        let (holder, now) = (try request.principal, request.now)
        try await store.write(for: holder) { database in
            guard let token = try TokenTable.find(id, in: database), token.account == holder.account,
                token.revokedAt == nil
            else { throw APIError.unknown }
            try TokenTable.revoke(token.number, at: now, in: database)
        }
        return .done
    }
}
