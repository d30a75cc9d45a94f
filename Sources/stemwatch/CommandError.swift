// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import Settings
import StemwatchDaemon

/// What kept a command from doing its work: for a person on standard error; where `--json` was asked for, also as the one
/// document on standard output, so that who parses it never finds nothing.
struct CommandError {
    let status: ExitStatus
    let text: String
    let json: JSONValue

    /// `nil` for what is no failure: help, the version, an exit status that was chosen.
    init?(_ error: any Error) {
        switch error {
        case let problems as ConfigurationProblems:
            status = .configuration
            text = problems.problems.map { "\($0)" }.joined(separator: "\n")
            json = problems.json
        case let failure as Failure:
            status = ExitStatus(failure)
            text = "stemwatch: \(failure.message)" + (failure.hint.map { "\n  \($0)" } ?? "")
            json = ControlProblem.json(failure)
        case _ where Stemwatch.exitCode(for: error) == .validationFailure:
            status = .usage
            text = Stemwatch.fullMessage(for: error)
            json = ControlProblem.json(Failure(.usageInvalid, Stemwatch.message(for: error), remedy: .reject))
        default: return nil
        }
    }

    /// Tells it, and ends the program.
    func end() -> Never {
        tell()
        if Self.isForScript { print(JSONValue.object(["error": json]).text(indented: true)) }
        Stemwatch.exit(withError: ExitCode(status.rawValue))
    }

    /// For a person alone.
    func tell() { ThisProcess.say(text + "\n") }

    /// Whether `--json` was asked for, also in a line that could not be understood.
    private static var isForScript: Bool { CommandLine.arguments.prefix { $0 != "--" }.contains("--json") }
}
