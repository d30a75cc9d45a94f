// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Every fault between the daemon and a stemlab service, and where it happens. Used with the service's double and with
/// the service itself.
public enum ServiceFault {
    /// A kind of request.
    public enum Place: String, CaseIterable, Sendable {
        case minutes, list, ticket, put, complete, create, read, download, delete

        public func fits(_ request: WebDouble.Request) -> Bool { fits(request.method, request.path) }

        public func fits(_ method: String, _ path: String) -> Bool {
            switch self {
            case .minutes: path == "/v1/minutes"
            case .list: method == "GET" && path == "/v1/jobs"
            case .ticket: method == "POST" && path == "/v1/uploads"
            case .put: method == "PUT"
            case .complete: path.hasSuffix("/complete")
            case .create: method == "POST" && path == "/v1/jobs"
            case .read: method == "GET" && path.hasPrefix("/v1/jobs/")
            case .download: path.hasPrefix("/v1/objects/stems/")
            case .delete: method == "DELETE"
            }
        }
    }

    public enum Trouble: String, CaseIterable, Sendable {
        case refuse, reset, cut, stall, late, loseAnswer, truncate, dribble, corrupt, corruptRequest
        case error500, unavailable503, tooMany, tooManyUntil, unauthorized, nonsense, html404

        public var fault: WebDouble.Fault {
            func problem(_ status: Int, _ code: String, _ headers: [(String, String)] = []) -> WebDouble.Fault {
                let body: JSONValue = ["code": .string(code), "detail": "for a test", "status": .int(Int64(status))]
                return .answer(
                    WebDouble.Response(
                        status, headers: [("Content-Type", "application/problem+json")] + headers, body.bytes()))
            }
            return switch self {
            case .refuse: .refuse
            case .reset: .reset
            case .cut: .cut(afterBody: 30_000)
            case .stall: .stall
            case .late: .late
            case .loseAnswer: .loseAnswer
            case .truncate: .truncate(afterBody: 10)
            case .dribble: .dribble
            case .corrupt: .corrupt
            case .corruptRequest: .corruptRequest
            case .error500: problem(500, "service.internal")
            case .unavailable503: problem(503, "service.unavailable", [("Retry-After", "0")])
            case .tooMany: problem(429, "rate.limited", [("Retry-After", "1")])
            case .tooManyUntil: problem(429, "rate.limited", [("Retry-After", "Sat, 28 Nov 2020 12:00:00 GMT")])
            case .unauthorized: problem(401, "token.invalid")
            case .nonsense: .answer(WebDouble.Response(200, Array("<html>".utf8)))
            case .html404: .answer(WebDouble.Response(404, headers: [("Content-Type", "text/html")], Array("no".utf8)))
            }
        }

        /// The codes with which a song may have to wait because of the fault.
        public var reasons: Set<String> {
            switch self {
            // A response that is refused while it arrives counts as cut.
            case .refuse: ["network.unreachable", "network.interrupted"]
            case .reset, .cut, .loseAnswer, .truncate: ["network.interrupted"]
            case .stall, .late: ["network.stalled"]
            case .dribble: []
            case .corrupt: ["network.protocol"]
            // Too few bytes for a stem, and then the wrong ones.
            case .nonsense: ["network.protocol", "network.interrupted"]
            // Only the service can check an upload.
            case .corruptRequest: ["network.protocol", "backend.failed"]
            case .error500, .unavailable503: ["backend.unavailable"]
            case .tooMany, .tooManyUntil: ["rate.limited"]
            case .unauthorized: ["backend.unauthorized"]
            case .html404: ["backend.failed"]
            }
        }

        /// Whether the song continues without a wait: a request that is lost with a kept connection is sent again at
        /// once.
        public var mayPassUnnoticed: Bool { [.reset, .loseAnswer, .dribble].contains(self) }

        /// Whether the request is one of that kind.
        func happens(at place: Place) -> Bool {
            switch self {
            case .cut: place == .put
            case .corruptRequest: [.put, .ticket, .create].contains(place)
            // A response without a body cannot lose part of it.
            case .truncate, .dribble, .corrupt: place != .put && place != .delete
            case .unauthorized: place != .put && place != .download
            // Not for requests whose response is used only for its status.
            case .nonsense: place != .put && place != .delete
            default: true
            }
        }
    }

    public static let table = Place.allCases.flatMap { place in
        Trouble.allCases.filter { $0.happens(at: place) }.map { (place, $0) }
    }
}
