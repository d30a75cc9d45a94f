// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Platform
import StemlabAPI

/// A request that has passed every check its route asks for, and what its handler may know.
struct APIRequest: Sendable {
    /// What stood at the pattern's places, as it was sent: nothing of it is trusted to be in good form.
    let parameters: [String: String]
    /// As it was sent, without the question mark.
    let queryText: Substring
    let headers: HTTPFields
    /// Of a route that reads JSON or a form: all of it.
    let body: [UInt8]
    /// Of a route that reads bytes as they come: not yet read, and of the length that `Content-Length` says.
    let stream: RequestBody
    /// Tells a client that waits with its body to send it.
    let wantBody: @Sendable () -> Void
    let client: ClientAddress
    /// Names the request in the log.
    let id: String
    /// When it came.
    let now: WallTime
    let holder: Principal?

    /// The bytes of a route that reads them as they come. Once this is asked for they are to be read.
    func openStream() -> RequestBody {
        wantBody()
        return stream
    }

    /// The fields of the query. Read only by who asks for them: on a route that has none, none can be wrong.
    /// - Throws: `request.malformed` when an escape in it is broken.
    var query: FormFields {
        get throws(APIError) { try FormFields(queryText.utf8, "/query") }
    }

    /// Who asks.
    /// - Throws: `service.internal` on a route that is open to everybody: nobody was asked who they are.
    var principal: Principal {
        get throws(APIError) {
            guard let holder else { throw APIError(.serviceInternal, "nobody is signed in on this route") }
            return holder
        }
    }

    /// The value of a place in the path.
    /// - Throws: `resource.unknown` when it is not an identifier of this kind: it names nothing.
    func identifier(_ name: String, _ kind: Identifier.Kind) throws(APIError) -> String {
        guard let text = parameters[name], Identifier.isWellFormed(text, kind) else { throw APIError.unknown }
        return text
    }

    /// The body as a JSON object.
    func members() throws(APIError) -> BodyMembers { try BodyMembers(json: body) }

    /// The body as a form's fields.
    func form() throws(APIError) -> BodyMembers { BodyMembers(form: try FormFields(body, "/body")) }
}
