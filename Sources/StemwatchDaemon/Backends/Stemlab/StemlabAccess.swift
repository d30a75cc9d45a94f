// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform
package import StemlabAPI
package import SystemPackage

/// Signing in at a stemlab service and out of it, and what the account has: for the command line.
package struct StemlabAccess: Sendable {
    private let client: StemlabClient

    /// - Parameter caFile: PEM certificates of a private authority; `nil`: the system's.
    package init(_ service: ServiceURL, caFile: FilePath? = nil) {
        client = StemlabClient(service, caFile: caFile)
    }

    package var service: ServiceURL { client.service }

    // MARK: - By a short code (RFC 8628)

    /// A sign-in that waits for a person.
    package struct Invitation: Sendable {
        /// What the person opens, and types there.
        package let address: String
        package let userCode: String
        /// The same, with the code in it.
        package let completeAddress: String?
        package let lifetime: Duration
        let deviceCode: Secret
        let interval: Duration
    }

    package func invite() async throws(Failure) -> Invitation {
        let answer = try await client.ask(
            .post, "/v1/device/code",
            .form([("client_id", Self.clientID), ("scope", "jobs:read jobs:write")]), token: nil)
        let device = try client.value(DeviceAuthorization.self, "code", in: answer, 200)
        return Invitation(
            address: Printable(device.verificationURI, limit: 500).description,
            userCode: Printable(device.userCode, limit: 20).description,
            completeAddress: Printable(device.verificationURIComplete, limit: 500).description,
            lifetime: .seconds(min(3600, max(1, device.expiresIn))), deviceCode: Secret(device.deviceCode),
            interval: .seconds(min(60, max(1, device.interval))))
    }

    /// Waits until somebody has approved, asking no more often than the service allows.
    /// - Returns: the token.
    /// - Throws: `backend.unauthorized` when it was denied, or nobody came in time.
    package func token(
        for invitation: Invitation, clock: any Clock<Duration> = ContinuousClock()
    ) async throws(Failure) -> Secret {
        var interval = invitation.interval
        var left = invitation.lifetime
        while left > .zero {
            do { try await clock.sleep(for: interval) } catch {
                throw Failure(.jobCancelled, "signing in was stopped", remedy: .stop)
            }
            left -= interval
            do throws(Failure) {
                switch try await ask(for: invitation) {
                case .approved(let token): return token
                case .pending: break
                // RFC 8628, 3.5: five seconds more from here on.
                case .tooFast: interval += .seconds(5)
                }
            } catch {
                // A cut connection is no answer; RFC 8628 asks for longer pauses then.
                guard case .retry = error.remedy else { throw error }
                interval = min(interval + interval, .seconds(60))
            }
        }
        throw Failure(
            .backendUnauthorized, "nobody approved in time", hint: "stemwatch login \(service) asks anew", remedy: .stop
        )
    }

    private enum Approval {
        case approved(Secret)
        case pending
        case tooFast
    }

    private func ask(for invitation: Invitation) async throws(Failure) -> Approval {
        let answer = try await client.ask(
            .post, "/v1/device/token",
            .form([
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", invitation.deviceCode.reveal()), ("client_id", Self.clientID),
            ]), token: nil)
        guard answer.status == 400 else {
            return .approved(Secret(try client.value(DeviceToken.self, "token", in: answer, 200).accessToken))
        }
        switch try client.value(OAuthError.self, "reason", in: answer, 400).error {
        case "authorization_pending": return .pending
        case "slow_down": return .tooFast
        case "access_denied":
            throw Failure(.backendUnauthorized, "it was denied", remedy: .stop)
        case "expired_token", "invalid_grant":
            throw Failure(
                .backendUnauthorized, "nobody approved in time", hint: "stemwatch login \(service) asks anew",
                remedy: .stop)
        case let other: throw client.nonsense("the error \(Printable(other, limit: 40))")
        }
    }

    private static let clientID = "stemwatch"

    // MARK: - By password

    /// Signs in, makes a token that needs no password, and signs out.
    /// - Parameter name: what the account's list of tokens calls it.
    package func token(email: String, password: Secret, name: String) async throws(Failure) -> Secret {
        let session = try await client.ask(
            .post, "/v1/sessions", .json(Credentials(email: email, password: password.reveal())), token: nil)
        if session.status == 401 {
            throw Failure(
                .backendUnauthorized, "\(service) knows no account with that address and password", remedy: .stop)
        }
        let access = Secret(try client.value(Session.self, "token", in: session, 201).accessToken)
        let made = try await client.ask(
            .post, "/v1/tokens", .json(TokenOrder(name: name, scopes: [.jobsRead, .jobsWrite])), token: access)
        let token = Secret(try client.value(NewToken.self, "token", in: made, 201).secret)
        try await revoke(access)
        return token
    }

    // MARK: - With a token

    /// Ends a token; one that does not work any more is ended already.
    package func revoke(_ token: Secret) async throws(Failure) {
        let answer = try await client.ask(.delete, "/v1/sessions/current", token: token)
        guard answer.status == 204 || answer.status == 401 else { throw client.refusal(answer).failure }
    }

    /// Balance, reservations, today and limits, as the service tells of them.
    package func minutes(_ token: Secret) async throws(Failure) -> Minutes {
        try client.minutes(in: try await client.ask(.get, "/v1/minutes", token: token))
    }

    /// What may be spent now, of what ``minutes(_:)`` gave.
    package static func allowance(in minutes: Minutes) -> Allowance { minutes.allowance }
}

/// A service as the command line means it: of a backend in the configuration, or one that has none yet.
package struct StemlabPlace: Sendable {
    package let service: ServiceURL
    package let caFile: FilePath?
    package let tokenFile: FilePath
    /// The backends that use it.
    package let backends: [BackendName]
    private let stateDirectory: FilePath

    /// - Parameter address: as typed; `nil`: the one service of the configuration.
    /// - Throws: `usage.invalid` when it is none, or when there are several to choose from.
    package init(_ address: String?, in configuration: Configuration) throws(Failure) {
        let known: [(BackendName, StemlabSettings)] = configuration.backends.compactMap { name, backend in
            guard case .stemlab(let settings) = backend.kind else { return nil }
            return (name, settings)
        }.sorted { $0.0.rawValue < $1.0.rawValue }
        stateDirectory = configuration.stateDirectory
        let chosen: ServiceURL
        if let address {
            chosen = try Self.url(address)
        } else {
            guard let only = known.first?.1.url, known.allSatisfy({ $0.1.url == only }) else {
                throw Failure(
                    .usageInvalid,
                    known.isEmpty ? "the configuration names no service" : "the configuration names several services",
                    hint: "say which, such as https://stems.example.com", remedy: .reject)
            }
            chosen = only
        }
        let users = known.filter { "\($0.1.url)" == "\(chosen)" }
        service = users.first?.1.url ?? chosen
        caFile = users.first?.1.caFile
        tokenFile =
            users.first?.1.tokenFile(stateDirectory: stateDirectory)
            ?? StemlabSettings.tokenFile(of: chosen, stateDirectory: stateDirectory)
        backends = users.map(\.0)
    }

    private static func url(_ text: String) throws(Failure) -> ServiceURL {
        do throws(ServiceURL.Rejection) { return try ServiceURL(text) } catch {
            throw Failure(
                .usageInvalid, "\(Printable(text, limit: 200)) is not the address of a service",
                hint: error == .plain
                    ? "plain http is for this machine alone: write https://" : "write https://stems.example.com",
                remedy: .reject)
        }
    }

    package func access(caFile: FilePath? = nil) -> StemlabAccess {
        StemlabAccess(service, caFile: caFile ?? self.caFile)
    }
    package func token() throws(Failure) -> Secret { try TokenFile.read(tokenFile, for: service) }
    /// The token that ``keep(_:)`` would replace; `nil`: there is none that could be used.
    package func replacedToken() throws(Failure) -> Secret? {
        do throws(Failure) { return try token() } catch  where error.code == .backendUnauthorized { return nil }
    }
    package func keep(_ token: Secret) throws(Failure) {
        try TokenFile.write(token, to: tokenFile, stateDirectory: stateDirectory)
    }
    package func forget() throws(Failure) { try TokenFile.remove(tokenFile) }

    /// What the configuration lacks to use it; `nil`: nothing.
    /// - Parameter caFile: what it was reached with.
    package func missing(caFile: FilePath?) -> String? {
        guard backends.isEmpty else { return nil }
        return """
            No backend uses it yet. Put this into the configuration, and `backend: studio` into a folder:

            backends:
              studio:
                type: stemlab
                url: \(service)
            """ + (caFile.map { "\n    ca_file: \(YAMLText.quoted($0.string))" } ?? "")
    }
}
