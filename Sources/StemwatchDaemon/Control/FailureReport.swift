// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform
package import Settings

/// A failure as scripts get it, from the control socket and from the command line.
package struct FailureReport: Codable, Sendable {
    let code: String
    package let message: String
    @Nullable package var hint: String?
    /// Of a configuration that cannot be used: all that is wrong with it.
    var problems: [Problem]?

    package init(_ failure: Failure) {
        (code, message, hint) = (failure.code.rawValue, failure.message, failure.hint)
    }

    package init(_ problems: ConfigurationProblems) {
        self.init(problems.failure)
        self.problems = problems.problems.map(Problem.init)
    }

    /// What the daemon refused, for its client.
    var failure: Failure { Failure(FailureCode(rawValue: code), message, hint: hint, remedy: .reject) }

    /// Of the answer over HTTP.
    var status: Int {
        switch FailureCode(rawValue: code) {
        case .jobUnknown, .folderMissing, .backendUnknown: 404
        case .jobState: 409
        case .controlProtocol: 400
        default: 500
        }
    }

    /// One problem of a configuration; `line` and `column` are `null` where it concerns the file as a whole.
    package struct Problem: Codable, Sendable {
        let file: String
        @Nullable var line: Int?
        @Nullable var column: Int?
        let weight: String
        let message: String
        @Nullable var hint: String?

        package init(_ problem: ConfigurationProblem) {
            file = Printable(problem.file).description
            (line, column) = (problem.mark?.line, problem.mark?.column)
            weight = "\(problem.weight)"
            (message, hint) = (problem.message, problem.hint)
        }
    }
}
