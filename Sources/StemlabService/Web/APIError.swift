// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI

/// Thrown by whoever finds that a request cannot be answered as asked; becomes a problem document, or a page.
struct APIError: Error, Sendable {
    var problem: Problem
    /// Told as `Retry-After`, in whole seconds from 1 to 3600.
    var retryAfter: Duration?

    init(_ code: ProblemCode, _ detail: String, pointer: String? = nil, retryAfter: Duration? = nil) {
        problem = Problem(code, detail, pointer: pointer)
        self.retryAfter = retryAfter
    }

    /// - Parameter amend: sets the members that only some problems have.
    init(_ code: ProblemCode, _ detail: String, _ amend: (inout Problem) -> Void) {
        problem = Problem(code, detail)
        amend(&problem)
    }

    init(_ problem: Problem) { self.problem = problem }

    /// The request breaks the document, there.
    static func malformed(_ pointer: String, _ detail: String) -> Self {
        Self(.requestMalformed, detail, pointer: pointer)
    }

    /// There is no such thing, or it is another's: both are told alike.
    static var unknown: Self { Self(.resourceUnknown, "there is no such thing here, or it is not yours") }

    var isFault: Bool { problem.status >= 500 }
}
