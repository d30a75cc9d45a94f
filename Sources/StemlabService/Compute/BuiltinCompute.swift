// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import SystemPackage

/// Separates with the built-in separator, in a confined process of our own program (``SeparationChild``).
struct BuiltinCompute: Compute {
    let model = "masks-1"
    let stems = StemName.standard

    private let children: Children

    /// - Parameters:
    ///   - program: `stemlab`.
    ///   - slots: how many run at once.
    init(program: FilePath, slots: Int) { children = Children(program: program, slots: slots) }

    func separate(
        _ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome {
        let bounds = ChildBounds(for: work.limit)
        return try await children.report(
            bounds.arguments(SeparationChild.subcommand, work), timeLimit: bounds.timeLimit, progress: progress)
    }
}
