// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import StemlabAPI

/// What a handler answers with.
struct ServiceResponse: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: ResponseBody
    /// The problem's code, for the log.
    var code: String?

    init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], body: ResponseBody = .init()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// 204.
    static var done: Self { Self(.noContent) }
    /// 202.
    static var accepted: Self { Self(.accepted) }

    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, type: String = "application/json"
    ) throws -> Self {
        // Responses hold tokens and signed URLs: nothing on the way keeps them.
        Self(
            status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireCoding.bytes(value))))
    }

    static func problem(_ error: APIError) throws -> Self {
        var response = try json(
            error.problem, status: .init(code: error.problem.status), type: Problem.mediaType)
        response.code = error.problem.code
        response.addRetryAfter(error)
        if error.problem.status == 401 {
            let reason = error.problem.code == ProblemCode.tokenMissing.rawValue ? "" : #", error="invalid_token""#
            response.headers[.wwwAuthenticate] = #"Bearer realm="stemlab""# + reason
        }
        return response
    }

    mutating func addRetryAfter(_ error: APIError) {
        guard let wait = error.retryAfter else { return }
        headers[.retryAfter] = String(RetryAfter.seconds(wait))
    }
}

enum RetryAfter {
    /// A wait as `Retry-After` has it: whole seconds, rounded up, from 1 to 3600.
    static func seconds(_ wait: Duration) -> Int64 { min(3600, max(1, ceiling(wait))) }

    /// Whole seconds, rounded up.
    static func ceiling(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds + (attoseconds > 0 ? 1 : 0)
    }
}
