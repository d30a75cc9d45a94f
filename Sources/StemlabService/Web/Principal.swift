// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import StemlabAPI

/// Who asks: the account and the token of a request that was let in.
public struct Principal: Hashable, Sendable {
    public let account: String
    public let token: String
    public let kind: Token.Kind
    public let scopes: Set<Scope>

    public init(account: String, token: String, kind: Token.Kind, scopes: Set<Scope>) {
        self.account = account
        self.token = token
        self.kind = kind
        self.scopes = scopes
    }
}
