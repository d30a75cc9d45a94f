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
        // Answers hold tokens and signed URLs: nothing on the way keeps them.
        Self(
            status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try WireCoding.bytes(value))))
    }

    static func problem(_ refusal: APIError) throws -> Self {
        var answer = try json(
            refusal.problem, status: .init(code: refusal.problem.status), type: Problem.mediaType)
        answer.code = refusal.problem.code
        answer.addRetryAfter(refusal)
        if refusal.problem.status == 401 {
            let error = refusal.problem.code == ProblemCode.tokenMissing.rawValue ? "" : #", error="invalid_token""#
            answer.headers[.wwwAuthenticate] = #"Bearer realm="stemlab""# + error
        }
        return answer
    }

    mutating func addRetryAfter(_ refusal: APIError) {
        guard let wait = refusal.retryAfter else { return }
        headers[.retryAfter] = String(RetryAfter.seconds(wait))
    }
}
