// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What ended a wait: the word behind `by` in the ledger's `resumed`.
public enum ResumeReason: RawRepresentable, Hashable, Sendable {
    case time, person, surroundings, configuration
    /// A word of another version.
    case other(String)

    public init(rawValue: String) {
        let known = [Self.time, .person, .surroundings, .configuration]
        self = known.first { $0.rawValue == rawValue } ?? .other(rawValue)
    }

    public var rawValue: String {
        switch self {
        case .time: "time"
        case .person: "person"
        case .surroundings: "surroundings"
        case .configuration: "configuration"
        case .other(let word): word
        }
    }
}
