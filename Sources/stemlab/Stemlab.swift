// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import Settings
import StemlabService

/// The program: one file a subcommand beside this one.
struct Stemlab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stemlab",
        abstract: "Your own separation service: songs come in, stems go out.",
        discussion: "Exit status: 0 done, 1 failed, 2 usage, 3 configuration, 5 no such account.",
        version: ProgramVersion.text,
        subcommands: [
            Serve.self, Check.self, AccountCommand.self, SweepCommand.self, BackupCommand.self, Separate.self,
            Stage.self, Collect.self, Confine.self,
        ])

    static func main() async {
        ThisProcess.prepare()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            if let (text, status) = complaint(error) {
                ThisProcess.say(text + "\n")
                exit(withError: ExitCode(status))
            }
            exit(withError: error)
        }
    }

    /// What to say, and the exit status; `nil` for what is no failure: help, the version, a status that was chosen.
    private static func complaint(_ error: any Error) -> (String, Int32)? {
        switch error {
        case let problems as ConfigurationProblems:
            return (problems.problems.map { "\($0)" }.joined(separator: "\n"), 3)
        case let failure as Failure:
            let text = "stemlab: \(failure.message)" + (failure.hint.map { "\n  \($0)" } ?? "")
            switch failure.code {
            case .usageInvalid: return (text, 2)
            case .configInvalid, .configUnreadable: return (text, 3)
            case .accountUnknown: return (text, 5)
            default: return (text, 1)
            }
        case _ where exitCode(for: error) == .validationFailure: return (fullMessage(for: error), 2)
        default: return nil
        }
    }
}
