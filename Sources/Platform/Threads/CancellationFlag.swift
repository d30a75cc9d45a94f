// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Reports cancellation to work on a dedicated thread: cancellation does not interrupt a blocking call. Set once, from
/// any thread.
package final class CancellationFlag: Sendable {
    private let flag = Atomic(false)
    package init() {}
    package func set() { flag.store(true, ordering: .relaxed) }
    package var isSet: Bool { flag.load(ordering: .relaxed) }
}

extension BlockingPool {
    /// As ``run(_:)``, for work that can be stopped early.
    /// - Parameter work: is handed a closure that returns `true` once the task is cancelled.
    package func run<T: Sendable>(
        cancellable work: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) throws(Failure) -> T
    ) async throws(Failure) -> T {
        let cancelled = CancellationFlag()
        let outcome: Result<T, Failure> = await withTaskCancellationHandler {
            do throws(Failure) {
                return .success(try await run { () throws(Failure) in try work { cancelled.isSet } })
            } catch { return .failure(error) }
        } onCancel: {
            cancelled.set()
        }
        return try outcome.get()
    }
}
