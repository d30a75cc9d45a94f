// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Finds the route of a request.
struct RouteTable: Sendable {
    enum Outcome {
        case found(Route, parameters: [String: String])
        /// The path has other methods: these.
        case otherMethods([String])
        case nothing
    }

    private struct Place: Sendable {
        let pattern: [Segment]
        var routes: [Route]
    }

    private enum Segment: Hashable, Sendable {
        case fixed(String)
        case named(String)
    }

    /// By the number of segments, which a path has to share with its pattern.
    private var places: [Int: [Place]] = [:]

    init(_ routes: [Route]) {
        for route in routes {
            let pattern = Self.segments(route.path[...]).map { segment -> Segment in
                segment.hasPrefix("{") ? .named(String(segment.dropFirst().dropLast())) : .fixed(String(segment))
            }
            var level = places[pattern.count] ?? []
            if let place = level.firstIndex(where: { $0.pattern == pattern }) {
                precondition(
                    !level[place].routes.contains { $0.method == route.method }, "\(route.name) is there twice")
                level[place].routes.append(route)
            } else {
                // `/v1/sessions/current` is itself, before it could be any session.
                let isFixed = !pattern.contains { if case .named = $0 { true } else { false } }
                level.insert(Place(pattern: pattern, routes: [route]), at: isFixed ? 0 : level.count)
            }
            places[pattern.count] = level
        }
    }

    /// - Parameter path: as it was sent, without the query. Compared by its bytes: an escape in it makes it another path.
    func find(_ method: HTTPRequest.Method, _ path: Substring) -> Outcome {
        guard path.hasPrefix("/") else { return .nothing }
        let segments = Self.segments(path)
        for place in places[segments.count] ?? [] {
            guard let parameters = Self.match(place.pattern, segments) else { continue }
            guard let route = place.routes.first(where: { $0.method == method }) else {
                return .otherMethods(place.routes.map(\.method.rawValue).sorted())
            }
            return .found(route, parameters: parameters)
        }
        return .nothing
    }

    private static func segments(_ path: Substring) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func match(_ pattern: [Segment], _ segments: [Substring]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (segment, text) in zip(pattern, segments) {
            switch segment {
            case .fixed(let fixed):
                guard text.utf8.elementsEqual(fixed.utf8) else { return nil }
            case .named(let name):
                guard !text.isEmpty else { return nil }
                parameters[name] = String(text)
            }
        }
        return parameters
    }
}
