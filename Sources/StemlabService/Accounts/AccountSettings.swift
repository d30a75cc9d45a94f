// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// How accounts are kept.
public struct AccountSettings: Sendable {
    /// Whether anybody may sign up, or the administrator makes accounts.
    public var signupIsOpen = false
    /// Sign-in attempts for one address; the window is how long an attacker can keep its owner from signing in.
    public var attempts = RatePolicy(10, per: .seconds(3600))
    public var cost = ScryptCost()

    public init() {}
}
