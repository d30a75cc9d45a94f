// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// A step of the database's schema. Each folder keeps its own, in a file of its own (`AccountsSchema.swift`); ``Store``
/// takes them in the order of the list it is given.
struct Migration: Sendable {
    /// Never changed once it has been released: the database records by it that the step was taken.
    let name: String
    let apply: @Sendable (Database) throws -> Void

    init(_ name: String, _ apply: @escaping @Sendable (Database) throws -> Void) {
        self.name = name
        self.apply = apply
    }
}
