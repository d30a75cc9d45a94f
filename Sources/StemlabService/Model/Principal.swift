// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import StemlabAPI

/// The caller: the account and the token of a request that was let in.
struct Principal: Sendable {
    let account: String
    let token: String
    let kind: Token.Kind
    let scopes: Set<Scope>
    /// Looks at the token once more, and throws what it would be refused for now.
    let recheck: @Sendable (Database, _ now: WallTime) throws -> Void
}
