// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import StemlabAPI

/// `GET /v1/health`.
enum HealthRoute {
    static func make(_ health: Health) -> Route {
        Route("health", .get, "/v1/health", .everybody, rate: .unlimited) { _ in try .json(health) }
    }
}
