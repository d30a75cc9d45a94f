// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings

/// Fetches secrets from the places that the file names. No message ever holds one.
struct SecretReader {
    /// Of the daemon's process.
    let environment: [String: String]

    /// Every variable with its value; `nil` after reporting which cannot be had.
    func reveal(_ values: [String: EnvironmentValue], _ problems: inout ProblemCollector) -> [String: Secret]? {
        var found: [String: Secret] = [:]
        for (name, value) in values {
            switch value {
            case .text(let text): found[name] = Secret(text)
            case .secret(let source, let mark):
                do throws(ValueProblem) { found[name] = try secret(source, mark, &problems) } catch {
                    problems.error(mark, "\(name) has no value: \(error.reason)", hint: error.hint)
                }
            }
        }
        return found.count == values.count ? found : nil
    }

    private func secret(
        _ source: SecretSource, _ mark: YAMLMark, _ problems: inout ProblemCollector
    ) throws(ValueProblem) -> Secret {
        let (secret, openFile) = try source.reveal(environment, of: "the daemon")
        if let openFile {
            problems.warning(
                mark, "\(Printable(openFile)) holds a secret, and every user can read it",
                hint: "chmod o-r \(Printable(openFile))")
        }
        return secret
    }
}
