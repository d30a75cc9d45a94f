// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What a token allows.
public enum Scope: String, Codable, CaseIterable, Sendable {
    case jobsRead = "jobs:read"
    case jobsWrite = "jobs:write"
    case account
}
