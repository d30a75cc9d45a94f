// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/device`: signing in from a program without a browser (RFC 8628).
struct DeviceRoutes: Sendable {
    let store: Store
    let publicURL: String

    static let clientForm = TextForm.characters("a client's name", 1...64) { byte in
        TextForm.isAlphanumeric(byte) || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
    }

    private static let scopeForm = TextForm("jobs:read, jobs:write, or both") { text in
        text.utf8.count <= 100
            && text.split(separator: " ", omittingEmptySubsequences: false).allSatisfy {
                $0 == Scope.jobsRead.rawValue || $0 == Scope.jobsWrite.rawValue
            }
    }

    var routes: [Route] {
        [
            Route(
                "startDeviceAuthorization", .post, "/v1/device/code", .everybody, rate: .signingIn, body: .form,
                handle: start),
            Route("deviceToken", .post, "/v1/device/token", .everybody, body: .form, handle: ask),
            Route("decideDevice", .post, "/v1/device/decisions", .token(.account), body: .json, handle: decide),
        ]
    }

    @Sendable private func start(_ request: APIRequest) async throws -> ServiceResponse {
        let form = try request.form()
        let client = try form.text("client_id", Self.clientForm)
        let scope = try form.optionalText("scope", Self.scopeForm)
        let scopes = scope.map(Scopes.read) ?? [.jobsRead, .jobsWrite]
        let code = ServiceSecret.make(.code)
        let (address, now) = (request.client, request.now)
        let userCode = try await store.write { database in
            try DeviceTable.add(code, client: client, scopes: scopes, address: address, at: now, in: database)
        }
        return try .json(
            DeviceAuthorization(
                deviceCode: code.secret.reveal(), userCode: userCode, verificationURI: "\(publicURL)/device",
                verificationURIComplete: "\(publicURL)/device?user_code=\(userCode)",
                expiresIn: Int(DeviceTable.life.components.seconds),
                interval: Int(DeviceTable.interval.components.seconds)))
    }

    /// Its refusals are those of OAuth, which clients of that look for.
    @Sendable private func ask(_ request: APIRequest) async throws -> ServiceResponse {
        let code: Secret
        let client: String
        do {
            let form = try request.form()
            guard
                try form.text("grant_type", .any("a grant type", 0...64))
                    == "urn:ietf:params:oauth:grant-type:device_code"
            else {
                return try Self.refused(
                    OAuthError(
                        error: "unsupported_grant_type", description: "only device codes are taken here",
                        code: "grant.unsupported"))
            }
            code = Secret(try form.text("device_code", .secret))
            client = try form.text("client_id", Self.clientForm)
        } catch let error as APIError {
            let pointer = error.problem.pointer ?? "/body"
            return try Self.refused(
                OAuthError(
                    error: "invalid_request", description: "\(pointer): \(error.problem.detail)",
                    code: error.problem.code))
        }
        let now = request.now
        let outcome = try await store.write {
            try DeviceTable.ask(ServiceSecret(code), client: client, at: now, in: $0)
        }
        switch outcome {
        case .token(let token): return try .json(token)
        case .refused(let error): return try Self.refused(error)
        }
    }

    @Sendable private func decide(_ request: APIRequest) async throws -> ServiceResponse {
        let members = try request.members()
        let userCode = try members.text("user_code", UserCode.form)
        let decision = try members.word("decision", DeviceDecision.self)
        let (holder, now) = (try request.principal, request.now)
        try await store.write(for: holder) {
            try DeviceTable.decide(userCode, decision, by: holder.account, at: now, in: $0)
        }
        return .done
    }

    private static func refused(_ error: OAuthError) throws -> ServiceResponse {
        var answer = try ServiceResponse.json(error, status: .badRequest)
        answer.code = error.code
        return answer
    }
}
