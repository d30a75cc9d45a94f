// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Text that must never be seen: a token, a password. Prints, interpolates, dumps and reflects as `<redacted>`.
///
/// Only ``reveal()`` unwraps it, where the secret goes to its destination. A search for that word finds every such
/// place.
public struct Secret: Hashable, Sendable {
    private let text: String
    public init(_ text: String) { self.text = text }

    /// The secret itself. Not for logs, files, argument lists or messages.
    public func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
