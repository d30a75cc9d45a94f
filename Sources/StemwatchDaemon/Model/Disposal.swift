// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What became of a source whose stems are delivered: the word behind `how` in the ledger's `disposed`.
public enum Disposal: RawRepresentable, Hashable, Sendable {
    case kept, moved, deleted
    /// It was taken away before its turn came.
    case gone
    /// A word of another version.
    case other(String)

    public init(rawValue: String) {
        self = [Self.kept, .moved, .deleted, .gone].first { $0.rawValue == rawValue } ?? .other(rawValue)
    }

    public var rawValue: String {
        switch self {
        case .kept: "kept"
        case .moved: "moved"
        case .deleted: "deleted"
        case .gone: "gone"
        case .other(let word): word
        }
    }
}
