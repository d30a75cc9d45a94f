// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the JSON it should be. The caller knows where the text comes from, and makes a ``Failure`` of it.
public struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Lower case, no full stop, nothing of the text in it.
    public let reason: String
    /// Bytes from the start of what was being read.
    public let offset: Int

    public init(_ reason: String, at offset: Int = 0) {
        self.reason = reason
        self.offset = offset
    }

    public var description: String { "\(reason) at byte \(offset)" }
}
