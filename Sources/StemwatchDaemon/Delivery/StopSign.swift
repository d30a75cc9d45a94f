// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Tells work on a thread of its own that nobody waits for it any more: cancellation does not interrupt a blocking call.
final class StopSign: Sendable {
    private let raised = Atomic(false)
    var isUp: Bool { raised.load(ordering: .relaxed) }
    func raise() { raised.store(true, ordering: .relaxed) }
}
