// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/accounts`, `/v1/sessions`, `/v1/password`: signing up, in and out.
struct SessionRoutes: Sendable {
    let service: AccountService
    let sessions: SessionService
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

    @Sendable private func signUp(_ request: APIRequest) async throws -> ServiceResponse {
        let (email, password) = try Self.credentials(request)
        try await service.signUp(email, password, at: request.now)
        return .accepted
    }

    @Sendable private func verify(_ request: APIRequest) async throws -> ServiceResponse {
        try await service.verify(Secret(try request.members().text("code", .secret)), at: request.now)
        return .done
    }

    @Sendable private func signIn(_ request: APIRequest) async throws -> ServiceResponse {
        let (email, password) = try Self.credentials(request)
        return try .json(try await sessions.signIn(email, password, at: request.now), status: .created)
    }

    @Sendable private func refresh(_ request: APIRequest) async throws -> ServiceResponse {
        let token = Secret(try request.members().text("refresh_token", .secret))
        return try .json(try await sessions.refresh(token, at: request.now))
    }

    @Sendable private func signOut(_ request: APIRequest) async throws -> ServiceResponse {
        let (holder, now) = (try request.principal, request.now)
        try await store.write(for: holder) { database in
            if let token = try TokenTable.find(holder.token, in: database) {
                try TokenTable.revoke(token.number, at: now, in: database)
            }
        }
        return .done
    }

    @Sendable private func forgot(_ request: APIRequest) async throws -> ServiceResponse {
        try await service.forgotPassword(try request.members().text("email", EmailAddress.form), at: request.now)
        return .accepted
    }

    @Sendable private func reset(_ request: APIRequest) async throws -> ServiceResponse {
        let members = try request.members()
        let code = Secret(try members.text("code", .secret))
        try await service.resetPassword(
            code, to: Secret(try members.text("password", InputForms.password)), at: request.now)
        return .done
    }

    private static func credentials(_ request: APIRequest) throws -> (email: String, password: Secret) {
        let members = try request.members()
        return (try members.text("email", EmailAddress.form), Secret(try members.text("password", InputForms.password)))
    }
}
