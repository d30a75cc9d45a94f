// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/accounts`, `/v1/sessions`, `/v1/password`: signing up, in and out.
struct SessionRoutes: Sendable {
    let desk: AccountDesk
    let sessions: SessionDesk
    let store: Store

    var routes: [Route] {
        [
            Route("signUp", .post, "/v1/accounts", .everybody, rate: .signingIn, body: .json, handle: signUp),
            Route(
                "verifyAddress", .post, "/v1/accounts/verify", .everybody, rate: .signingIn, body: .json, handle: verify
            ),
            Route("signIn", .post, "/v1/sessions", .everybody, rate: .signingIn, body: .json, handle: signIn),
            Route("refreshSession", .post, "/v1/sessions/refresh", .everybody, body: .json, handle: refresh),
            Route("signOut", .delete, "/v1/sessions/current", .anyToken, handle: signOut),
            Route(
                "forgotPassword", .post, "/v1/password/forgot", .everybody, rate: .signingIn, body: .json,
                handle: forgot),
            Route(
                "resetPassword", .post, "/v1/password/reset", .everybody, rate: .signingIn, body: .json, handle: reset),
        ]
    }

    @Sendable private func signUp(_ exchange: Exchange) async throws -> Answer {
        let (email, password) = try Self.credentials(exchange)
        try await desk.signUp(email, password, at: exchange.now)
        return .accepted
    }

    @Sendable private func verify(_ exchange: Exchange) async throws -> Answer {
        try await desk.verify(Secret(try exchange.members().text("code", .secret)), at: exchange.now)
        return .done
    }

    @Sendable private func signIn(_ exchange: Exchange) async throws -> Answer {
        let (email, password) = try Self.credentials(exchange)
        return try .json(try await sessions.signIn(email, password, at: exchange.now), status: .created)
    }

    @Sendable private func refresh(_ exchange: Exchange) async throws -> Answer {
        let token = Secret(try exchange.members().text("refresh_token", .secret))
        return try .json(try await sessions.refresh(token, at: exchange.now))
    }

    @Sendable private func signOut(_ exchange: Exchange) async throws -> Answer {
        let (holder, now) = (try exchange.principal, exchange.now)
        try await store.write(for: holder) { database in
            if let token = try TokenBook.find(holder.token, in: database) {
                try TokenBook.revoke(token.number, at: now, in: database)
            }
        }
        return .done
    }

    @Sendable private func forgot(_ exchange: Exchange) async throws -> Answer {
        try await desk.forgotPassword(try exchange.members().text("email", EmailAddress.form), at: exchange.now)
        return .accepted
    }

    @Sendable private func reset(_ exchange: Exchange) async throws -> Answer {
        let members = try exchange.members()
        let code = Secret(try members.text("code", .secret))
        try await desk.resetPassword(code, to: Secret(try members.text("password", Typed.password)), at: exchange.now)
        return .done
    }

    private static func credentials(_ exchange: Exchange) throws -> (email: String, password: Secret) {
        let members = try exchange.members()
        return (try members.text("email", EmailAddress.form), Secret(try members.text("password", Typed.password)))
    }
}
