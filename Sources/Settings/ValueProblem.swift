// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the value it should be: the end of the sentence "`settle` is `5`, …".
public struct ValueProblem: Error, Hashable {
    public let reason: String
    /// What to write instead; `nil`: the form's own advice applies.
    public let hint: String?

    public init(_ reason: String, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }
}
