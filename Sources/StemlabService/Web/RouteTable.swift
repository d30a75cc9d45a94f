// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Finds the route of a request.
///
/// Hummingbird's router is not used: it ignores empty segments of a path, and does not answer 405 with `Allow`.
struct RouteTable: Sendable {
    enum Outcome {
        case found(Route, parameters: [String: String])
        /// The path has other methods: these.
        case otherMethods([String])
        case nothing
    }

    private struct Place: Sendable {
        let pattern: [Substring]
        var routes: [HTTPRequest.Method: Route]
    }

    private var places: [Place] = []

    init(_ routes: [Route]) {
        for route in routes {
            let pattern = Self.segments(route.path[...])
            var place = places.firstIndex { $0.pattern == pattern }
            if place == nil {
                // `/v1/sessions/current` is itself, before it could be any session.
                place = route.path.contains("{") ? places.count : 0
                places.insert(Place(pattern: pattern, routes: [:]), at: place!)
            }
            let earlier = places[place!].routes.updateValue(route, forKey: route.method)
            precondition(earlier == nil, "\(route.name) is there twice")
        }
    }

    /// - Parameter path: as it was sent, without the query. Compared by its bytes: an escape in it makes it another path.
    func find(_ method: HTTPRequest.Method, _ path: Substring) -> Outcome {
        guard path.hasPrefix("/") else { return .nothing }
        let segments = Self.segments(path)
        for place in places {
            guard let parameters = Self.match(place.pattern, segments) else { continue }
            guard let route = place.routes[method] else {
                return .otherMethods(place.routes.keys.map(\.rawValue).sorted())
            }
            return .found(route, parameters: parameters)
        }
        return .nothing
    }

    private static func segments(_ path: Substring) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func match(_ pattern: [Substring], _ segments: [Substring]) -> [String: String]? {
        guard pattern.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, text) in zip(pattern, segments) {
            if part.hasPrefix("{"), !text.isEmpty {
                parameters[String(part.dropFirst().dropLast())] = String(text)
            } else if !text.utf8.elementsEqual(part.utf8) {
                return nil
            }
        }
        return parameters
    }
}
