// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// When a file counts as settled.
public struct SettlingRules: Hashable, Sendable {
    /// Quiet time where events arrive.
    public var settle: Duration = .seconds(5)
    /// Quiet time where the folder is polled.
    public var settlePolled: Duration = .seconds(15)
    /// A file incomplete by its own header is rejected after being quiet this long.
    public var incompleteAfter: Duration = .seconds(3600)
    public init() {}
}
