// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Audio
import Platform
import Settings
import StemlabService

struct AccountMinutes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minutes", abstract: "Give an account minutes of audio, or take some back.",
        discussion: "For example: stemlab account minutes ada@example.com 120 --note \"paid in November\"")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var account: AccountArgument
    @Argument(help: "Minutes, such as 120 or 90.5.") var minutes: String
    @Flag(help: "Take back minutes that are not spent or reserved.") var takeBack = false
    @Option(help: "A note that the account's owner sees.") var note: String?

    func run() async throws {
        let amount: AudioDuration
        do throws(ValueProblem) { amount = try MinutesNotation.duration(minutes) } catch {
            throw Failure(
                .usageInvalid, "'\(Printable(minutes, limit: 80))' \(error.reason.dropFirst(6))",
                hint: error.hint ?? MinutesNotation.advice, remedy: .reject)
        }
        guard amount > .zero, note.map({ $0.count <= 200 }) ?? true else {
            throw Failure(
                .usageInvalid, "give more than 0 minutes, and a note of at most 200 characters", remedy: .reject)
        }
        let administration = try await configuration.administration()
        let standing = try await administration.find(account.account)
        try await administration.grant(
            takeBack ? .zero - amount : amount, to: standing.account.id, note: note, at: .now)
        print(AccountText.line(try await administration.find(standing.account.id)))
    }
}
