// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// One thing that the doctor looked at.
public struct Finding: Sendable, Equatable, Encodable {
    public enum Verdict: String, Sendable, Comparable, Encodable {
        case good, warning, problem
        public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
        private var rank: Int { self == .good ? 0 : self == .warning ? 1 : 2 }
    }
    public let verdict: Verdict
    /// What was looked at: `folder inbox: events`, `state directory`, `backend demucs`.
    public let about: String
    /// What was found, in one sentence.
    public let message: String
    /// A command, or what to do; `nil` where nothing needs to be done.
    @Nullable public var fix: String?

    init(_ verdict: Verdict, _ about: String, _ message: String, fix: String? = nil) {
        self.verdict = verdict
        self.about = about
        self.message = message
        self.fix = fix
    }

    /// A failed examination is a finding, too.
    init(_ about: String, _ failure: Failure) {
        self.init(.problem, about, failure.message, fix: failure.hint)
    }
}
