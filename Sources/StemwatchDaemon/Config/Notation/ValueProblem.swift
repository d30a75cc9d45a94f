// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the value it should be: the end of the sentence "`settle` is `5`, …".
struct ValueProblem: Error, Hashable {
    let reason: String
    /// What to write instead, where it is not what the form says anyway.
    let hint: String?

    init(_ reason: String, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }
}
