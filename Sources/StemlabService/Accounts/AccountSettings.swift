// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// How accounts are kept.
public struct AccountSettings: Sendable {
    /// Whether anybody may sign up, or the administrator makes accounts.
    public var signupIsOpen = false
    /// Sign-in attempts for one address, whoever makes them, and apart from them those of who is signed in. Whoever goes on
    /// guessing keeps the owner from signing in by password meanwhile, and for a part of the window after that.
    public var attempts = RatePolicy(10, per: .seconds(3600))
    public var cost = ScryptCost()

    public init() {}
}
