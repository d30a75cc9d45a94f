// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What went wrong, in terms that a program can act on and a person can read.
///
/// Thrown across every module line as `throws(Failure)`. Match on ``code``, never on text.
public struct Failure: Error, Hashable, Sendable {
    /// Stable and documented; see ``FailureCode``.
    public let code: FailureCode
    /// One sentence that names the thing and the value: lower case, no full stop, no secret,
    /// every file name already passed through ``Printable``.
    public let message: String
    /// What a person can do about it, when there is something.
    public let hint: String?
    /// What to do about it. The code that knows the cause chooses it.
    public let remedy: Remedy

    public init(_ code: FailureCode, _ message: String, hint: String? = nil, remedy: Remedy) {
        self.code = code
        self.message = message
        self.hint = hint
        self.remedy = remedy
    }
}

extension Failure: CustomStringConvertible {
    public var description: String {
        hint.map { "\(message) (\(code.rawValue)); \($0)" } ?? "\(message) (\(code.rawValue))"
    }
}
