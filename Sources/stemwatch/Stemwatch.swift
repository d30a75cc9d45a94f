// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import Settings
import StemwatchDaemon

/// The program: one file a subcommand beside this one.
@main
struct Stemwatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stemwatch",
        abstract: "Drop songs into a folder, find their stems beside it.",
        discussion: """
            Exit status: 0 done, 1 failed, 2 usage, 3 configuration, 4 no daemon, 5 no such job, 6 some jobs need \
            attention.
            """,
        version: ProgramVersion.text,
        groupedSubcommands: [
            CommandGroup(name: "Setting up", subcommands: [Init.self, Check.self, DoctorCommand.self, Run.self]),
            CommandGroup(
                name: "Asking",
                subcommands: [Status.self, Jobs.self, Show.self, Why.self, Limits.self, PlanCommand.self]),
            CommandGroup(
                name: "Deciding", subcommands: [Retry.self, Cancel.self, Pause.self, Resume.self, Rescan.self]),
            CommandGroup(name: "At a service", subcommands: [Login.self, Account.self, Logout.self]),
            CommandGroup(name: "By hand", subcommands: [Separate.self, LedgerCommand.self, Supervise.self]),
        ]
    )

    static func main() async {
        ThisProcess.prepare()
        do {
            try refuseUnknownCommand()
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            if let commandError = CommandError(error) { commandError.end() }
            exit(withError: error)
        }
    }

    /// The parser would complain of the first option after a command it does not know, not of the command.
    private static func refuseUnknownCommand() throws(Failure) {
        var command: any ParsableCommand.Type = Stemwatch.self
        for word in CommandLine.arguments.dropFirst() {
            let known = command.configuration.subcommands
            if known.isEmpty || word.hasPrefix("-") || word == "help" { return }
            guard let next = known.first(where: { $0._commandName == word }) else {
                throw unknown(word, known.filter { $0.configuration.shouldDisplay }.map { $0._commandName })
            }
            command = next
        }
    }

    private static func unknown(_ word: String, _ known: [String]) -> Failure {
        let meant = NearMiss.of(word, among: known).map { "did you mean \($0)?" }
        return Failure(
            .usageInvalid, "there is no command '\(Printable(word))'",
            hint: meant ?? "there is: \(known.joined(separator: ", "))", remedy: .reject)
    }
}
