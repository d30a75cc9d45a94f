// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/account`.
struct AccountRoutes: Sendable {
    let service: AccountService

    var routes: [Route] {
        [
            Route("readAccount", .get, "/v1/account", .token(.account), handle: read),
            Route("correctAccount", .patch, "/v1/account", .token(.account), body: .json, handle: correct),
            Route("exportAccount", .get, "/v1/account/export", .token(.account), handle: export),
            Route("eraseAccount", .post, "/v1/account/erase", .token(.account), body: .json, handle: erase),
        ]
    }

    @Sendable private func read(_ request: APIRequest) async throws -> ServiceResponse {
        try .json(try await service.read(for: try request.principal).wire)
    }

    @Sendable private func correct(_ request: APIRequest) async throws -> ServiceResponse {
        let members = try request.members()
        let correction = AccountCorrection(
            name: try members.optionalText("name", InputForms.personName),
            email: try members.optionalText("email", EmailAddress.form),
            newPassword: try members.optionalText("new_password", InputForms.password),
            currentPassword: try members.optionalText("current_password", InputForms.givenPassword))
        return try .json(try await service.correct(correction, for: try request.principal, at: request.now).wire)
    }

    @Sendable private func export(_ request: APIRequest) async throws -> ServiceResponse {
        try await service.export(for: try request.principal, at: request.now).answer()
    }

    @Sendable private func erase(_ request: APIRequest) async throws -> ServiceResponse {
        let password = try request.members().text("current_password", InputForms.givenPassword)
        try await service.erase(for: try request.principal, Secret(password))
        return .done
    }
}
