// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/account`.
struct AccountRoutes: Sendable {
    let desk: AccountDesk

    var routes: [Route] {
        [
            Route("readAccount", .get, "/v1/account", .token(.account), handle: read),
            Route("correctAccount", .patch, "/v1/account", .token(.account), body: .json, handle: correct),
            Route("exportAccount", .get, "/v1/account/export", .token(.account), handle: export),
            Route("eraseAccount", .post, "/v1/account/erase", .token(.account), body: .json, handle: erase),
        ]
    }

    @Sendable private func read(_ exchange: Exchange) async throws -> Answer {
        try .json(try await desk.read(for: try exchange.principal).wire)
    }

    @Sendable private func correct(_ exchange: Exchange) async throws -> Answer {
        let members = try exchange.members()
        let correction = AccountCorrection(
            name: try members.optionalText("name", Typed.personName),
            email: try members.optionalText("email", EmailAddress.form),
            newPassword: try members.optionalText("new_password", Typed.password),
            currentPassword: try members.optionalText("current_password", Typed.givenPassword))
        return try .json(try await desk.correct(correction, for: try exchange.principal, at: exchange.now).wire)
    }

    @Sendable private func export(_ exchange: Exchange) async throws -> Answer {
        try await desk.export(for: try exchange.principal, at: exchange.now).answer()
    }

    @Sendable private func erase(_ exchange: Exchange) async throws -> Answer {
        let password = try exchange.members().text("current_password", Typed.givenPassword)
        try await desk.erase(for: try exchange.principal, Secret(password))
        return .done
    }
}
