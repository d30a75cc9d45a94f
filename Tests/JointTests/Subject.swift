// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import BackendKit
import Testing

/// The backends that the behaviour suite runs against.
enum Subject: String, CaseIterable, CustomTestStringConvertible {
    case builtin, command, billed
    /// With the double of a service.
    case stemlab
    /// With the service itself.
    case live

    var testDescription: String { rawValue }

    func with(_ body: @escaping @Sendable (BackendBench) async throws -> Void) async throws {
        switch self {
        case .builtin: try await body(BackendBench(.builtin))
        case .command: try await body(BackendBench(.command))
        case .billed: try await body(BackendBench(.billed))
        case .stemlab: try await body(BackendBench(.stemlab))
        case .live: try await LiveService.run { account in try await body(BackendBench(account)) }
        }
    }
}
