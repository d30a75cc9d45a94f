// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import Platform

/// What is known of a request while it is answered, and then told to the log: never a path, a query, a header or a body.
struct RequestLog {
    let id: String
    let at: WallTime
    private let began: ContinuousClock.Instant
    var client = ClientAddress(high: 0, low: 0)
    var route: Route?
    var principal: Principal?
    var tally = Rates.Tally()

    init(_ request: Request, began: ContinuousClock.Instant) {
        at = .now
        id = Identifier.make(.request, at: at)
        self.began = began
    }

    func log(_ response: ServiceResponse, _ log: Logger) {
        var metadata: Logger.Metadata = [
            "request": "\(id)", "client": "\(client)", "status": "\(response.status.code)",
            "ms": "\(Int((began.duration(to: .now) / .milliseconds(1)).rounded()))",
        ]
        metadata["code"] = response.code.map { "\($0)" }
        metadata["account"] = (principal?.account).map { "\($0)" }
        log.log(
            level: response.status.code >= 500 ? .warning : .info, "\(route?.name ?? "no route")", metadata: metadata)
    }
}
