// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import StemlabAPI

/// One thing the service does: where it is, who may ask for it, how often, with what, and what then happens.
struct Route: Sendable {
    typealias Handler = @Sendable (APIRequest) async throws -> ServiceResponse

    enum Access: Hashable, Sendable {
        /// Nobody is asked who they are.
        case everybody
        /// The holder of a token, whatever it allows.
        case anyToken
        /// The holder of a token that allows this.
        case token(Scope)
    }

    enum Rate: Hashable, Sendable {
        case unlimited
        /// By the client's address; of a route that wants a token, by the account too.
        case usual
        /// By the address, and as somebody who signs up or in.
        case signingIn
    }

    enum Body: Hashable, Sendable {
        /// Whatever is sent is not looked at.
        case none
        case json
        case form
        /// Bytes as they come, of a length that is told; the handler bounds it.
        case stream
    }

    /// The operation of the document: what logs call it.
    let name: String
    let method: HTTPRequest.Method
    /// `/v1/tokens/{token_id}`: each name in braces stands for one segment.
    let path: String
    let access: Access
    let rate: Rate
    let body: Body
    /// Its refusals are pages too.
    let isPage: Bool
    let handle: Handler

    init(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, _ access: Access, rate: Rate = .usual,
        body: Body = .none, isPage: Bool = false, handle: @escaping Handler
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.access = access
        self.rate = rate
        self.body = body
        self.isPage = isPage
        self.handle = handle
    }
}
