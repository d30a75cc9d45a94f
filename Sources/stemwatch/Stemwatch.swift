// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

/// The program: one file a subcommand beside this one.
@main
struct Stemwatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stemwatch",
        abstract: "Drop songs into a folder, find their stems beside it.",
        discussion: """
            Exit status: 0 done, 1 failed, 2 usage, 3 configuration, 4 no daemon, 5 no such job, 6 some jobs need attention.
            """,
        version: StemwatchVersion.text,
        groupedSubcommands: [
            CommandGroup(name: "Setting up", subcommands: [Init.self, Check.self, DoctorCommand.self, Run.self]),
            CommandGroup(
                name: "Asking",
                subcommands: [Status.self, Jobs.self, Show.self, Why.self, Limits.self, PlanCommand.self]),
            CommandGroup(
                name: "Deciding", subcommands: [Retry.self, Cancel.self, Pause.self, Resume.self, Rescan.self]),
            CommandGroup(name: "By hand", subcommands: [Separate.self, LedgerCommand.self, Supervise.self]),
        ]
    )

    static func main() async {
        ThisProcess.prepare()
        refuseUnknownCommand()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let problems as ConfigurationProblems {
            for problem in problems.problems { ThisProcess.say("\(problem)\n") }
            exit(withError: ExitCode(ExitStatus.configuration.rawValue))
        } catch let failure as Failure {
            complain(failure)
            exit(withError: ExitCode(ExitStatus(failure).rawValue))
        } catch  where exitCode(for: error) == .validationFailure {
            ThisProcess.say(fullMessage(for: error) + "\n")
            exit(withError: ExitCode(ExitStatus.usage.rawValue))
        } catch {
            exit(withError: error)
        }
    }

    /// The parser would complain of the first option after a command it does not know, not of the command.
    private static func refuseUnknownCommand() {
        let known = configuration.groupedSubcommands.flatMap(\.subcommands).map { $0._commandName } + ["help"]
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !known.contains(word) else {
            return
        }
        ThisProcess.say("stemwatch: there is no command '\(Printable(word))'\n  stemwatch --help lists them\n")
        exit(withError: ExitCode(ExitStatus.usage.rawValue))
    }

    /// Tells a person what went wrong, and what they can do.
    static func complain(_ failure: Failure) {
        ThisProcess.say("stemwatch: \(failure.message)\n")
        if let hint = failure.hint { ThisProcess.say("  \(hint)\n") }
    }
}
