// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

extension LedgerEvent {
    /// The same of this very job: a hint has its name where it says `JOB`, ready to be pasted.
    func naming(_ job: JobID) -> LedgerEvent {
        switch self {
        case .held(let failure): .held(failure.naming(job))
        case .deferred(let failure, let attempt, let retryAt):
            .deferred(failure.naming(job), attempt: attempt, retryAt: retryAt)
        case .rejected(let failure): .rejected(failure.naming(job))
        case .failed(let failure): .failed(failure.naming(job))
        case .cancelled(let failure): .cancelled(failure.naming(job))
        default: self
        }
    }
}

extension Failure {
    /// Whoever finds a failure says what to do about `JOB`; which one that is, is known where it is written down.
    func naming(_ job: JobID) -> Failure {
        guard let hint else { return self }
        let named = ["stemwatch retry", "stemwatch cancel"].reduce(hint) {
            $0.replacing("\($1) JOB", with: "\($1) \(job)")
        }
        return named == hint ? self : Failure(code, message, hint: named, remedy: remedy)
    }
}
