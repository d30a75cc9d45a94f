// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What happens to a source once its stems are on disk: kept, moved or deleted, as configured.
///
/// Only the one file that was separated is touched, and only while it still is that file: by its identity or, when only
/// dates or names changed, by the SHA-256 of its bytes. Nothing is ever replaced, no directory removed. It may be
/// called again after a crash at any point: when the source is gone and the target is there, the move was done.
struct SourceDisposal: Sendable {
    private let policy: DeliverySettings.Source
    private let pool: BlockingPool

    init(_ settings: DeliverySettings, pool: BlockingPool = .shared) {
        policy = settings.source
        self.pool = pool
    }

    /// How it ended: what the ledger's `disposed` records.
    struct Outcome: Hashable, Sendable {
        var how: Disposal
        /// Where it was moved to.
        var to: FilePath?
        /// Why it was left where it is, against the configuration (`source.disposal`).
        var warning: Failure?
    }

    /// Call it only after the delivery is in the ledger.
    ///
    /// - Parameter root: the watched folder; the source is `order.key.path` below it.
    /// - Throws: `source.disposal` where a program writes the file or the folder forbids it, `output.unwritable` and
    ///   `output.full` for the folder it moves to, `system.io`. The source is in place whenever this throws.
    func dispose(of order: DeliveryOrder, below root: FilePath) async throws(Failure) -> Outcome {
        if policy == .keep { return Outcome(how: .kept) }
        return try await pool.run { [policy] () throws(Failure) in
            guard let source = try DisposableSource(order, below: root) else {
                guard case .move(let target) = policy else { return Outcome(how: .gone) }
                let moved = try SourceMove(order, to: target).finished()
                return moved.map { Outcome(how: .moved, to: $0) } ?? Outcome(how: .gone)
            }
            if let change = try source.change() { return Outcome(how: .kept, warning: change) }
            switch policy {
            case .keep: return Outcome(how: .kept)
            case .delete:
                try source.remove()
                return Outcome(how: .deleted)
            case .move(let target): return Outcome(how: .moved, to: try SourceMove(order, to: target).run(source))
            }
        }
    }
}
