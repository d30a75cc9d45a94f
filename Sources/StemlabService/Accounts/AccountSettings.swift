// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// How accounts are kept.
struct AccountSettings: Hashable, Sendable {
    /// Whether anybody may sign up, or the administrator makes accounts.
    var signup = Signup.closed
    /// Granted when an account is opened; `nil`: none.
    var minutes: AudioDuration?
    /// Sign-in attempts for one address from all clients together, and apart from them those of a caller who is signed
    /// in. A client that goes on guessing keeps the owner from signing in by password, until a part of the window after
    /// that.
    var attempts = RatePolicy(10, per: .seconds(3600))
    var cost = ScryptCost()

    enum Signup: String, CaseIterable, Sendable { case open, closed }
}
