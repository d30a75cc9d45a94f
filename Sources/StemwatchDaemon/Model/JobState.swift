// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// How far a job has come. Ordered: a paid job never goes back to a step before it was paid.
public enum JobStep: Int, Comparable, Sendable, CaseIterable {
    case found, queued, submitting, submitted, separating, returning, delivered, released
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// The state of a job that is at this step and waits for nothing.
    public var state: JobState {
        switch self {
        case .found: .found
        case .queued: .queued
        case .submitting: .submitting
        case .submitted: .submitted
        case .separating: .separating
        case .returning: .returning
        case .delivered: .delivered
        case .released: .released
        }
    }
}

/// Where a job stands, in the words of the ledger, of `--json` and of people.
public enum JobState: String, Sendable, CaseIterable {
    case found, queued, submitting, submitted, separating, returning, delivered, released
    case held, rejected, failed, cancelled

    /// A person should look at it.
    public var needsAttention: Bool { self == .held || self == .failed || self == .rejected }

    /// The step of the same name; `nil` for what is no step.
    public var step: JobStep? { JobStep.allCases.first { $0.state == self } }
}
