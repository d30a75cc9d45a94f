// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import Settings
import StemwatchDaemon

/// What kept a command from doing its work: for a person on standard error; where `--json` was asked for, also as the
/// one document on standard output, so that a parser always finds one.
struct CommandError {
    let status: ExitStatus
    let text: String
    let report: FailureReport

    /// `nil` for what is no failure: help, the version, an exit status that was chosen.
    init?(_ error: any Error) {
        switch error {
        case let problems as ConfigurationProblems:
            status = .configuration
            text = problems.problems.map { "\($0)" }.joined(separator: "\n")
            report = FailureReport(problems)
        case let failure as Failure:
            status = ExitStatus(failure)
            text = "stemwatch: \(failure.message)" + (failure.hint.map { "\n  \($0)" } ?? "")
            report = FailureReport(failure)
        case _ where Stemwatch.exitCode(for: error) == .validationFailure:
            status = .usage
            text = Stemwatch.fullMessage(for: error)
            report = FailureReport(Failure(.usageInvalid, Stemwatch.message(for: error), remedy: .reject))
        default: return nil
        }
    }

    /// Prints it, and ends the program.
    func end() -> Never {
        print()
        if Self.isForScript { Swift.print(JSONValue(encoding: ["error": report]).text(indented: true)) }
        Stemwatch.exit(withError: ExitCode(status.rawValue))
    }

    /// For a person alone.
    func print() { ThisProcess.say(text + "\n") }

    /// Whether `--json` was asked for, also in a line that could not be understood.
    private static var isForScript: Bool { CommandLine.arguments.prefix { $0 != "--" }.contains("--json") }
}
