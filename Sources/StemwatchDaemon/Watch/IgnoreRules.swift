// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Which names are none of our business, and by which rule: an allow-list of audio extensions first, then globs over file
/// and directory names, the user's added to ours. The lists and their reasons: the lessons cited in ARCHITECTURE.md.
public struct IgnoreRules: Hashable, Sendable {
    public init() {}
}
