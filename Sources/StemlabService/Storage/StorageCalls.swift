// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI

/// Calls of ``ObjectStorage``, off the cooperative pool.
enum StorageCalls {
    /// - Throws: `storage.full` as a refusal when there is no room; other failures as they are.
    static func run<T: Sendable>(_ body: @escaping @Sendable () throws(Failure) -> T) async throws -> T {
        do throws(Failure) {
            return try await BlockingPool.shared.run(body)
        } catch  where error.code == .outputFull {
            throw APIError(.storageFull, "there is no room: try again later")
        }
    }
}
