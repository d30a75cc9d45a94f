// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Platform
import StemlabAPI

/// Takes every request through the checks of the document, in its order, and to its handler.
struct Responder: HTTPResponder {
    /// What a connection is known by.
    struct Context: InitializableFromSource {
        let channel: any Channel
        init(source: ApplicationRequestContextSource) { channel = source.channel }
    }

    /// Returns who holds a token, or throws an ``APIError``.
    typealias Authenticate = @Sendable (_ token: Secret, _ now: WallTime) async throws -> Principal

    /// What an error means that is neither a refusal nor a failure: the database has errors of its own for what is no fault of
    /// the service, that it is full or busy.
    typealias FailureOf = @Sendable (_ error: any Error, _ doing: String) -> Failure

    let table: RouteTable
    let rates: Rates
    let proxies: TrustedProxies
    let authenticate: Authenticate
    let failure: FailureOf
    /// Browsers are told to come over HTTPS only.
    let isSecure: Bool
    let log: Logger

    /// Bytes of a JSON body or a form.
    static let bodyLimit = 64 << 10

    func respond(to request: Request, context: Context) async throws -> Response {
        var requestLog = RequestLog(request, began: .now)
        var response: ServiceResponse
        do {
            requestLog.client = try client(of: request, context)
            response = try await route(request, context.channel, &requestLog)
        } catch let gone as ConnectionLost {
            throw gone
        } catch {
            response = try self.response(to: error, requestLog)
        }
        requestLog.tally.write(into: &response.headers)
        response.headers[.contentTypeOptions] = "nosniff"
        if isSecure { response.headers[.strictTransport] = "max-age=31536000" }
        requestLog.log(response, log)
        return Self.httpResponse(response, to: request)
    }

    private func route(_ request: Request, _ channel: any Channel, _ requestLog: inout RequestLog) async throws
        -> ServiceResponse
    {
        let (path, query) = Self.target(request)
        let now = ContinuousClock.now
        let route: Route
        let parameters: [String: String]
        switch table.find(request.method, path) {
        case .found(let found, let values): (route, parameters) = (found, values)
        case .otherMethods(let methods):
            try rates.take(.usual, of: requestLog.client, &requestLog.tally, now: now)
            let allowed = methods.joined(separator: ", ")
            var response = try ServiceResponse.problem(APIError(.methodNotAllowed, "the methods here are \(allowed)"))
            response.headers[.allow] = allowed
            return response
        case .nothing:
            try rates.take(.usual, of: requestLog.client, &requestLog.tally, now: now)
            throw APIError(.routeUnknown, "there is nothing at this path")
        }
        requestLog.route = route
        try rates.take(route.rate, of: requestLog.client, &requestLog.tally, now: now)
        let principal = try await admit(request, route, requestLog.at)
        requestLog.principal = principal
        if let principal { try rates.take(route.rate, account: principal.account, &requestLog.tally, now: now) }
        try Self.checkMediaType(request, route.body)
        let wantBody = { @Sendable in channel.triggerUserOutboundEvent(ExpectContinueHandler.BodyWanted(), promise: nil)
        }
        let body = try await Self.body(of: request, route.body, wantBody)
        let request = APIRequest(
            parameters: parameters, queryText: query, headers: request.headers, body: body, stream: request.body,
            wantBody: wantBody,
            client: requestLog.client, id: requestLog.id, now: requestLog.at, holder: principal)
        return try await route.handle(request)
    }

    /// The holder of the request's token, if the route needs one.
    private func admit(_ request: Request, _ route: Route, _ now: WallTime) async throws -> Principal? {
        if route.access == .everybody { return nil }
        guard let field = request.headers[.authorization] else {
            throw APIError(.tokenMissing, "send one as Authorization: Bearer …")
        }
        guard let token = Self.bearer(field) else { throw APIError(.tokenInvalid, "this is no token of this service") }
        let principal = try await authenticate(token, now)
        if case .token(let scope) = route.access, !principal.scopes.contains(scope) {
            throw APIError(.tokenScope, "it needs the scope \(scope.rawValue)")
        }
        return principal
    }

    private static func bearer(_ field: String) -> Secret? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", TextForm.secret.matches(String(parts[1])) else {
            return nil
        }
        return Secret(String(parts[1]))
    }

    private static func checkMediaType(_ request: Request, _ body: Route.Body) throws(APIError) {
        let wanted: String
        switch body {
        case .none, .stream: return
        case .json: wanted = "application/json"
        case .form: wanted = "application/x-www-form-urlencoded"
        }
        let given = request.headers[.contentType].map { $0.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() }
        if given != wanted { throw APIError(.mediaTypeUnsupported, "the body has to be \(wanted)") }
    }

    private static func body(
        of request: Request, _ kind: Route.Body, _ wantBody: @Sendable () -> Void
    ) async throws -> [UInt8] {
        let length = request.headers[.contentLength].flatMap { Int64($0) }
        switch kind {
        case .none: return []
        case .stream:
            if length == nil { throw APIError(.lengthRequired, "say how many bytes come, in Content-Length") }
            return []
        case .json, .form:
            let tooLarge = APIError(.bodyTooLarge, "a body of more than \(bodyLimit) bytes is not taken here")
            if let length, length > Int64(bodyLimit) { throw tooLarge }
            wantBody()
            var bytes: [UInt8] = []
            do {
                for try await piece in request.body {
                    bytes += piece.readableBytesView
                    if bytes.count > bodyLimit { throw tooLarge }
                }
            } catch let error as APIError {
                throw error
            } catch {
                throw ConnectionLost()
            }
            return bytes
        }
    }

    private static func target(_ request: Request) -> (path: Substring, query: Substring) {
        let target = request.head.path ?? ""
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target[...], "") }
        return (target[..<mark], target[target.index(after: mark)...])
    }

    private func client(of request: Request, _ context: Context) throws -> ClientAddress {
        // The zone of a link-local address is no part of it.
        let peer = context.channel.remoteAddress?.ipAddress.flatMap { ClientAddress($0.prefix { $0 != "%" }) }
        guard let peer else { throw ConnectionLost() }
        return proxies.client(peer: peer, forwarded: request.headers[values: .forwardedFor])
    }

    private func response(to error: any Error, _ requestLog: RequestLog) throws -> ServiceResponse {
        let error = apiError(of: error, requestLog)
        let isShownAsPage =
            requestLog.route?.isPage == true && ![405, 413, 415, 500, 503, 507].contains(error.problem.status)
        return isShownAsPage ? Page.error(error) : try .problem(error)
    }

    private func apiError(of error: any Error, _ requestLog: RequestLog) -> APIError {
        if let known = error as? APIError { return known }
        if error is CancellationError {
            return APIError(.serviceUnavailable, "the service is being stopped", retryAfter: .seconds(5))
        }
        let failure = (error as? Failure) ?? failure(error, "answering \(requestLog.route?.name ?? "a request")")
        log.error("\(failure.message)", metadata: ["request": "\(requestLog.id)", "code": "\(failure.code.rawValue)"])
        switch failure.code {
        case .outputFull: return APIError(.storageFull, "there is no room for it")
        case .systemLimit:
            return APIError(.serviceUnavailable, "the service does not get to it", retryAfter: .seconds(5))
        default: return APIError(.serviceInternal, "the service failed; its log knows more of request \(requestLog.id)")
        }
    }

    private static func httpResponse(_ response: ServiceResponse, to request: Request) -> Response {
        // A body here would be taken for the beginning of the next response.
        if request.method == .head {
            var headers = response.headers
            headers[.contentLength] = response.body.contentLength.map { String($0) }
            return Response(status: response.status, headers: headers)
        }
        var sent = Response(status: response.status, headers: response.headers, body: response.body)
        if response.status == .noContent { sent.headers[.contentLength] = nil }
        return sent
    }
}

/// The client is gone: there is no connection to respond on.
struct ConnectionLost: Error {}
