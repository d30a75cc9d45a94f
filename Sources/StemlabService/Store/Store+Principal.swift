// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform

/// The way of a ``Principal`` to the database. Since they were let in a body was waited for, or a file read, or a
/// password compared: what they are shown or granted is decided on in a state of the database that still lets them in.
extension Store {
    /// ``read(_:)`` for a caller that was let in.
    /// - Throws: ``APIError``: what their token is refused for by now.
    func read<T: Sendable>(
        for holder: Principal, _ body: @escaping @Sendable (Database) throws -> T
    ) async throws -> T {
        try await read { database in
            try holder.recheck(database, .now)
            return try body(database)
        }
    }

    /// ``write(_:)`` for a caller that was let in: nothing of it happens once they would not be.
    /// - Throws: ``APIError``: what their token is refused for by now.
    func write<T: Sendable>(
        for holder: Principal, _ body: @escaping @Sendable (Database) throws -> T
    ) async throws -> T {
        try await write { database in
            try holder.recheck(database, .now)
            return try body(database)
        }
    }
}
