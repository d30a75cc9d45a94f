// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A row that only a newer version writes.
struct UnreadableRow: Error {
    var table: String
}

extension Optional {
    /// For what was written a moment ago in the same transaction.
    func unwrapped() throws -> Wrapped {
        guard let self else { throw UnreadableRow(table: "just written") }
        return self
    }
}
